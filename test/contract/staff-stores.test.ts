import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StaffSession, StaffSessionStore, StaffUserStore } from '../../src/core/staff.ts';
import { createRedisClient, waitForRedis } from '../../src/storage/redis/client.ts';
import { createRedisStaffSessionStore } from '../../src/storage/redis/staff-session-store.ts';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createSqlStaffSessionStore } from '../../src/storage/sql/staff-session-store.ts';
import { createStaffUserStore } from '../../src/storage/sql/staff-user-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds, serviceFromEnvironment } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

const at = '2026-11-20T02:00:00.000Z';
const later = '2026-11-21T02:00:00.000Z';

describe.each(databaseKinds)('staff accounts on $name', ({ create }) => {
  let database: Database;
  let users: StaffUserStore;
  beforeAll(async () => {
    database = await create();
    users = createStaffUserStore(database);
  });
  afterAll(() => database.close());

  const addUser = async () => {
    const person = {
      id: randomUUID(),
      username: uniqueId('lan'),
      name: 'Nguyễn Thị Lan',
      email: `${uniqueId('lan')}@x.vn`,
    };
    expect(await users.create(person)).toBe('created');
    return person;
  };

  it('keep what was given, and a username once', async () => {
    const person = await addUser();
    const fresh = {
      ...person,
      ...{
        passwordHash: null,
        passwordExpired: false,
        totpSecret: null,
        epoch: 1,
        disabledAt: null,
        signedInAt: null,
        roles: {},
      },
    };
    expect(await users.read(person.id)).toEqual(fresh);
    expect(await users.findByUsername(person.username)).toEqual(fresh);
    expect(await users.findByEmail(person.email)).toEqual(fresh);
    expect(await users.create({ ...person, id: randomUUID() })).toBe('username-taken');
    expect(await users.read('nobody')).toBeUndefined();
  });

  it('have an address that no other has', async () => {
    const [person, other] = [await addUser(), await addUser()];
    const same = { ...person, id: randomUUID(), username: uniqueId('lan') };
    expect(await users.create(same)).toBe('email-taken');
    expect(await users.rename(other.id, { name: 'Lan', email: person.email })).toBe(false);
    expect(await users.rename(other.id, { name: 'Lan', email: null })).toBe(true);
    expect(await users.rename(person.id, { name: 'Lan Anh', email: person.email })).toBe(true);
    expect(await users.findByEmail(person.email)).toMatchObject({ id: person.id, name: 'Lan Anh' });
    expect(await users.read(other.id)).toMatchObject({ name: 'Lan', email: null });
  });

  it('have one role a unit, given, changed and taken', async () => {
    const { id } = await addUser();
    await users.setRole(id, 'hang-gon', 'viewer');
    await users.setRole(id, 'hang-gon', 'editor');
    await users.setRole(id, '*', 'viewer');
    expect((await users.read(id))?.roles).toEqual({ 'hang-gon': 'editor', '*': 'viewer' });
    await users.setRole(id, 'hang-gon', null);
    await users.setRole(id, 'hang-gon', null);
    expect((await users.read(id))?.roles).toEqual({ '*': 'viewer' });
  });

  it('list those of a unit and of the province', async () => {
    const [own, province, other] = [await addUser(), await addUser(), await addUser()];
    const unit = uniqueId('unit');
    await users.setRole(own.id, unit, 'viewer');
    await users.setRole(province.id, '*', 'admin');
    await users.setRole(other.id, uniqueId('unit'), 'admin');
    const names = (await users.list(unit)).map(({ username }) => username);
    expect(names).toEqual(expect.arrayContaining([own.username, province.username]));
    expect(names).not.toContain(other.username);
    expect((await users.list()).map(({ username }) => username)).toContain(other.username);
  });

  it('end sessions with a new password, a lost device, a closed account', async () => {
    const { id } = await addUser();
    await users.setTotpSecret(id, Buffer.from('sealed'));
    const epoch = async () => (await users.read(id))?.epoch;
    expect(await epoch()).toBe(1);
    await users.setPassword(id, '$argon2id$x', { expired: true });
    expect(await users.read(id)).toMatchObject({
      passwordHash: '$argon2id$x',
      passwordExpired: true,
      epoch: 2,
    });
    await users.setTotpSecret(id, null);
    expect(await epoch()).toBe(3);
    await users.setDisabled(id, at);
    expect(await users.read(id)).toMatchObject({ disabledAt: at, epoch: 4 });
    await users.setDisabled(id, null);
    await users.endSessions(id);
    expect(await users.read(id)).toMatchObject({ disabledAt: null, epoch: 6 });
  });

  it('use each time step of an authenticator app once, and none before it', async () => {
    const { id } = await addUser();
    await users.setTotpSecret(id, Buffer.from('sealed'));
    expect(Buffer.from((await users.read(id))?.totpSecret ?? []).toString()).toBe('sealed');
    const together = await Promise.all([10, 10, 10].map((step) => users.takeTotpStep(id, step)));
    expect(together.filter(Boolean)).toHaveLength(1);
    expect(await users.takeTotpStep(id, 9)).toBe(false);
    expect(await users.takeTotpStep(id, 11)).toBe(true);
  });

  it('shut nobody out whose code was used while the clock had jumped ahead', async () => {
    const { id } = await addUser();
    const yearOfSteps = (365 * 86_400) / 30;
    expect(await users.takeTotpStep(id, 10 + yearOfSteps)).toBe(true);
    expect(await users.takeTotpStep(id, 10)).toBe(true);
    expect(await users.takeTotpStep(id, 10)).toBe(false);
    // The server's own step is 10: a code of the step after it may have been used before one of the step before it.
    expect(await users.takeTotpStep(id, 11)).toBe(true);
    expect(await users.takeTotpStep(id, 9)).toBe(false);
  });

  it('are bound to one subject of an identity provider', async () => {
    const { id } = await addUser();
    const subject = uniqueId('subject');
    expect(await users.bindSubject(id, 'https://id.example', subject)).toBe(true);
    expect(await users.bindSubject(id, 'https://id.example', 'another')).toBe(false);
    expect((await users.findBySubject('https://id.example', subject))?.id).toBe(id);
    expect(await users.findBySubject('https://other.example', subject)).toBeUndefined();
    const other = await addUser();
    await expect(users.bindSubject(other.id, 'https://id.example', subject)).rejects.toThrow();
  });

  it('take an invitation once, however many come at once, and with it all others', async () => {
    const { id } = await addUser();
    const hashes = ['one', 'two'].map((secret) =>
      createHash('sha256')
        .update(secret + id)
        .digest(),
    );
    for (const hash of hashes) await users.invite({ hash, userId: id, createdBy: 'admin', expiresAt: later });
    const [one = Buffer.of(), two = Buffer.of()] = hashes;
    expect((await users.findInvited(one, at))?.id).toBe(id);
    const takers = await Promise.all([1, 2, 3].map(() => users.takeInvitation(one, at)));
    expect(takers.filter((taken) => taken === id)).toHaveLength(1);
    expect(await users.findInvited(two, at)).toBeUndefined();
    expect(await users.takeInvitation(two, at)).toBeUndefined();
  });

  it('take no invitation that has expired, and none of a closed account', async () => {
    const { id } = await addUser();
    const hash = createHash('sha256').update(id).digest();
    await users.invite({ hash, userId: id, createdBy: 'admin', expiresAt: later });
    expect(await users.findInvited(hash, later)).toBeUndefined();
    expect(await users.takeInvitation(hash, later)).toBeUndefined();
    await users.setDisabled(id, at);
    expect(await users.findInvited(hash, at)).toBeUndefined();
  });

  it('lose the invitations whose time is over, and no others', async () => {
    const { id } = await addUser();
    const [early, late] = ['early', 'late'].map((secret) =>
      createHash('sha256')
        .update(secret + id)
        .digest(),
    ) as [Buffer, Buffer];
    const soon = new Date(Date.parse(later) - 60_000).toISOString();
    await users.invite({ hash: early, userId: id, createdBy: 'admin', expiresAt: soon });
    await users.invite({ hash: late, userId: id, createdBy: 'admin', expiresAt: later });
    const kept = async () => {
      const { rows } = await database.query<{ hash: Buffer }>(
        'select hash from staff_invitation where user_id = $1',
        [id],
      );
      return rows.map(({ hash }) => Buffer.from(hash).toString('hex'));
    };
    await users.purgeInvitations(new Date(Date.parse(soon) - 1).toISOString());
    expect((await kept()).sort()).toEqual([early, late].map((hash) => hash.toString('hex')).sort());
    expect(await users.purgeInvitations(soon)).toBeGreaterThanOrEqual(1);
    expect(await kept()).toEqual([late.toString('hex')]);
    expect((await users.findInvited(late, at))?.id).toBe(id);
  });

  it('have their acts listed by unit, person, kind and time, newest first', async () => {
    const audit = createAuditStore(database);
    const unit = uniqueId('unit');
    const act = {
      at,
      actor: uniqueId('lan'),
      unitId: unit,
      action: 'user.role',
      subject: 'user:x',
      before: null,
      after: { n: 1 },
    };
    await audit.append(act);
    await audit.append({ ...act, action: 'user-other', at: later });
    await audit.append({ ...act, unitId: null, action: 'settings.security' });
    const list = async (query: object) =>
      (await audit.list({ limit: 10, ...query })).map(({ action }) => action);
    expect(await list({ unitId: unit })).toEqual(['user-other', 'user.role']);
    expect(await list({ actor: act.actor })).toEqual(['settings.security', 'user-other', 'user.role']);
    expect(await list({ actor: act.actor, action: 'user' })).toEqual(['user.role']);
    expect(await list({ actor: act.actor, from: new Date(later) })).toEqual(['user-other']);
    expect(await list({ actor: act.actor, to: new Date(later) })).toEqual(['settings.security', 'user.role']);
    const [first] = await audit.list({ limit: 1, actor: act.actor });
    expect(await list({ actor: act.actor, before: first?.seq })).toEqual(['user-other', 'user.role']);
  });
});

interface Opened {
  store: StaffSessionStore;
  close(): Promise<void>;
}

const sessionStores: { name: string; open: () => Promise<Opened> }[] = [
  ...databaseKinds.map(({ name, create }) => ({
    name: `SQL on ${name}`,
    open: async () => {
      const database = await create();
      const store = createSqlStaffSessionStore(database, { now: () => new Date() });
      return { store, close: () => database.close() };
    },
  })),
  {
    name: 'Redis',
    open: async () => {
      const client = createRedisClient(serviceFromEnvironment('TEST_REDIS_URL'), silentLogger);
      expect(await waitForRedis(client, 5_000)).toBe(true);
      return { store: createRedisStaffSessionStore(client), close: async () => client.disconnect() };
    },
  },
];

describe.each(sessionStores)('staff sessions: $name', ({ open }) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  const session: StaffSession = {
    ...{ userId: 'u-1', epoch: 2, formSeed: 'seed', signedInAt: at, seenAt: at, renewedAt: at },
    ...{ secondFactor: false, replaced: false },
  };

  it('keep what was written last, apart by key, until it is taken, once', async () => {
    const [key, other] = [uniqueId('key'), uniqueId('key')];
    const grown = { ...session, secondFactor: true, relatives: ['next'] };
    expect(await opened.store.read(key)).toBeUndefined();
    await opened.store.create(key, session, 60);
    await opened.store.create(other, session, 60);
    expect(await opened.store.update(key, session, grown, 60)).toBe(true);
    expect(await opened.store.read(key)).toEqual(grown);
    expect(await opened.store.read(other)).toEqual(session);
    const taken = await Promise.all([opened.store.take(key), opened.store.take(key)]);
    expect(taken.filter((one) => one !== undefined)).toEqual([grown]);
    expect(await opened.store.read(key)).toBeUndefined();
  });

  it('do not come back: neither what has ended nor what another request has changed is written', async () => {
    const key = uniqueId('key');
    expect(await opened.store.update(key, session, session, 60)).toBe(false);
    await opened.store.create(key, session, 60);
    const read = (await opened.store.read(key)) ?? session;
    expect(await opened.store.update(key, read, { ...read, replaced: true }, 60)).toBe(true);
    expect(await opened.store.update(key, read, { ...read, seenAt: later }, 60)).toBe(false);
    expect(await opened.store.read(key)).toEqual({ ...session, replaced: true });
    await opened.store.take(key);
    expect(await opened.store.update(key, { ...session, replaced: true }, session, 60)).toBe(false);
    expect(await opened.store.read(key)).toBeUndefined();
  });

  it('disappear when the time after the last write is over', async () => {
    const key = uniqueId('key');
    await opened.store.create(key, session, 60);
    await opened.store.update(key, session, session, 1);
    await sleep(1_200);
    expect(await opened.store.read(key)).toBeUndefined();
  });
});

it('staff sessions on a Redis that does not answer: nobody is let in', async () => {
  const client = createRedisClient('redis://127.0.0.1:1', silentLogger);
  const store = createRedisStaffSessionStore(client);
  await expect(store.read('key')).rejects.toMatchObject({ code: 'storage-unavailable' });
  client.disconnect();
});
