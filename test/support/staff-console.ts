import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import express from 'express';
import { messengerInvitation } from '../../src/channels/messenger/invite.ts';
import { webInvitation } from '../../src/channels/web/invite.ts';
import { zaloInvitation } from '../../src/channels/zalo/invite.ts';
import { composeStaff, type StaffParts, type StaffRoom } from '../../src/compose-staff.ts';
import { emptyCatalogue } from '../../src/content/catalogue/catalogue-library.ts';
import { loadLibrary } from '../../src/content/load-library.ts';
import { createDesks } from '../../src/knowledge/create-desks.ts';
import { loadTranslator } from '../../src/content/translator.ts';
import { createClock } from '../../src/core/clock.ts';
import type { StaffRole } from '../../src/core/staff.ts';
import { createKeyDerivation } from '../../src/ops/secret-key.ts';
import { passwordHasher } from '../../src/staff/sign-in/password-hasher.ts';
import { createRateLimiter } from '../../src/storage/redis/rate-limiter.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createCatalogueStore } from '../../src/storage/sql/catalogue-store.ts';
import { createContentChangeStore } from '../../src/storage/sql/content-change-store.ts';
import { createStaffUserStore } from '../../src/storage/sql/staff-user-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { createTrainingStore } from '../../src/storage/sql/training-store.ts';
import { createUnitControlStore } from '../../src/storage/sql/unit-control-store.ts';
import { sharedModelCache } from './model.ts';
import { createTestReports } from './reports.ts';
import { createEmbeddedTestDatabase } from '../services/test-databases.ts';
import { createWaitingCitizens, type WaitingCitizens } from './waiting-citizens.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/** Two units of test/fixtures/units. */
export const homeUnit = 'thu-nghiem';
export const otherUnit = 'khong-kenh';
export const adminPassword = 'mat-khau-dau-tien-7';
/** The password of everybody whom `addOfficer` made. */
export const officerPassword = 'cau-mat-khau-dai-9';

/** The staff console over a database of its own, without the rest of the product: starts in a moment. */
export interface StaffSite {
  url: string;
  database: Database;
  room: StaffRoom;
  /** Citizens who wait for an officer, and what officers send to them. */
  waiting: WaitingCitizens;
  /** An account with a role in a unit (or in all, `*`), ready to sign in. */
  addOfficer(username: string, roles: Record<string, StaffRole>): Promise<void>;
  /** A browser without cookies. */
  visit(): StaffBrowser;
  /** A browser in which an officer has signed in. */
  signIn(username: string, password?: string): Promise<StaffBrowser>;
  close(): Promise<void>;
}

/** Keeps cookies, follows no redirect by itself, fills forms in as a person would. */
export interface StaffBrowser {
  get(path: string): Promise<StaffPage>;
  /** Sends a form with the token of the page last seen; `token: false` leaves it out. */
  post(path: string, form: Record<string, string>, options?: { token?: boolean }): Promise<StaffPage>;
  /** Sends a form with a file, as `post` does. */
  upload(
    path: string,
    file: { name: string; body: Uint8Array } | undefined,
    options?: { token?: boolean },
  ): Promise<StaffPage>;
  /** Sends any bytes of any type. */
  sendRaw(path: string, type: string, body: string): Promise<StaffPage>;
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string): void;
}

export interface StaffPage {
  status: number;
  text: string;
  /** Where it leads; empty when it leads nowhere. */
  location: string;
  headers: Headers;
}

/** The content as it is, with the units of the tests. */
export const loadFixtureLibrary = () =>
  loadLibrary(join(projectDir, 'content'), join(projectDir, 'test/fixtures/units'));

export async function startStaffSite(
  overrides: Partial<StaffParts> & { port?: number } = {},
): Promise<StaffSite> {
  const database = overrides.database ?? (await createEmbeddedTestDatabase());
  const library = overrides.library?.() ?? (await loadFixtureLibrary());
  const clock = overrides.clock ?? createClock();
  const t = await loadTranslator(join(projectDir, 'content/locales'));
  const waiting = createWaitingCitizens(database);
  const room = composeStaff({
    config: { publicUrl: undefined, staffAdminPassword: adminPassword, staffOidc: undefined },
    logger: silentLogger,
    clock,
    t,
    redis: undefined,
    deriveKey: createKeyDerivation('a secret key for tests, long enough'),
    library: () => library,
    catalogue: () => emptyCatalogue,
    channels: ['zalo', 'messenger', 'web'],
    desks: createDesks({
      sources: {
        contentDir: join(projectDir, 'content'),
        unitsDir: join(projectDir, 'test/fixtures/units'),
        intentsDir: join(projectDir, 'intents'),
        cacheDir: sharedModelCache,
        bubbleLimitChars: 1_900,
        loadLibrary: async () => library,
        catalogue: createCatalogueStore(database),
        training: createTrainingStore(database),
        changes: createContentChangeStore(database),
        clock,
        logger: silentLogger,
      },
      database,
      controlStore: createUnitControlStore(database),
      t,
      library: () => library,
      served: () => ({ library, catalogue: emptyCatalogue, setAside: [] }),
    }),
    desk: waiting.desk,
    reports: (await createTestReports({ database, library, t, clock })).desk,
    invitations: (unitId, code) => [
      { channel: 'zalo', ...zaloInvitation('5000000000000000003') },
      { channel: 'messenger', ...messengerInvitation('100000000000001', code) },
      { channel: 'web', ...webInvitation('https://tro-ly.example', unitId, code) },
    ],
    quotasOf: () => [],
    limiter: (name, points, durationSeconds) => createRateLimiter({ name, points, durationSeconds }),
    ...overrides,
    database,
  });
  const app = express();
  app.set('trust proxy', 1);
  app.use(room.router);
  const server = createServer(app).listen(overrides.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const users = createStaffUserStore(database);
  const hash = passwordHasher.hash(officerPassword);

  const site: StaffSite = {
    url,
    database,
    room,
    waiting,
    async addOfficer(username, roles) {
      const id = randomUUID();
      await users.create({ id, username, name: `Cán bộ ${username}`, email: `${username}@phuong.example` });
      await users.setPassword(id, await hash, { expired: false });
      for (const [unitId, role] of Object.entries(roles)) await users.setRole(id, unitId, role);
    },
    visit: () => createBrowser(url),
    async signIn(username, password = officerPassword) {
      const browser = createBrowser(url);
      await browser.get('/staff/-/sign-in');
      const page = await browser.post('/staff/-/sign-in', { username, password });
      if (page.status !== 303) throw new Error(`${username} could not sign in: ${page.status}\n${page.text}`);
      return browser;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await database.close();
    },
  };
  return site;
}

/** A browser for the console at an address. */
export function createBrowser(url: string): StaffBrowser {
  const cookies = new Map<string, string>();
  let token = '';
  async function request(path: string, init: RequestInit): Promise<StaffPage> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, url), {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      if (/expires=Thu, 01 Jan 1970/i.test(line) || value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    token = /name="_csrf"\s+value="([^"]+)"/.exec(text)?.[1] ?? token;
    return {
      status: response.status,
      text,
      location: response.headers.get('location') ?? '',
      headers: response.headers,
    };
  }
  return {
    get: (path) => request(path, {}),
    post: (path, form, { token: withToken = true } = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...form, ...(withToken ? { _csrf: token } : {}) }).toString(),
      }),
    upload(path, file, { token: withToken = true } = {}) {
      const form = new FormData();
      if (withToken) form.set('_csrf', token);
      if (file !== undefined) form.set('file', new Blob([new Uint8Array(file.body)]), file.name);
      return request(path, { method: 'POST', body: form });
    },
    sendRaw: (path, type, body) => request(path, { method: 'POST', headers: { 'content-type': type }, body }),
    cookie: (name) => cookies.get(name),
    setCookie: (name, value) => void cookies.set(name, value),
  };
}
