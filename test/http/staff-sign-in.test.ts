import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOTP, Secret } from 'otpauth';
import type { StaffSession } from '../../src/core/staff.ts';
import { createStaffUserStore } from '../../src/storage/sql/staff-user-store.ts';
import { createEmbeddedTestDatabase } from '../services/test-databases.ts';
import {
  adminPassword,
  homeUnit,
  officerPassword,
  startStaffSite,
  type StaffBrowser,
  type StaffSite,
} from '../support/staff-console.ts';

let site: StaffSite;
let now = new Date('2026-11-20T02:00:00Z');

beforeAll(async () => {
  site = await startStaffSite({ clock: { now: () => now } });
}, 60_000);

afterAll(() => site?.close());

const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

const signInForm = { username: 'lan', password: officerPassword };

async function attempt(username: string, password: string, browser: StaffBrowser = site.visit()) {
  await browser.get('/staff/-/sign-in');
  return browser.post('/staff/-/sign-in', { username, password });
}

describe('the first admin', () => {
  it('has the configured password, which must be changed before anything else', async () => {
    expect(await site.room.provideFirstAdmin()).toBeUndefined();
    const browser = await site.signIn('admin', adminPassword);
    expect((await browser.get(`/staff/${homeUnit}`)).location).toBe('/staff/-/new-password');
    await browser.get('/staff/-/new-password');
    const next = 'mot-cau-moi-that-dai';
    const weak = await browser.post('/staff/-/new-password', {
      current: adminPassword,
      password: 'matkhau123',
      repeated: 'matkhau123',
    });
    expect([weak.status, weak.text.includes('quá dễ đoán')]).toEqual([422, true]);
    const other = await browser.post('/staff/-/new-password', {
      current: adminPassword,
      password: next,
      repeated: 'khac',
    });
    expect([other.status, other.text.includes('không giống nhau')]).toEqual([422, true]);
    const wrong = await browser.post('/staff/-/new-password', {
      current: 'sai',
      password: next,
      repeated: next,
    });
    expect([wrong.status, wrong.text.includes('không đúng')]).toEqual([422, true]);
    const done = await browser.post('/staff/-/new-password', {
      current: adminPassword,
      password: next,
      repeated: next,
    });
    expect([done.status, done.location]).toEqual([303, '/staff?done=password_set']);
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(200);
    expect((await attempt('admin', adminPassword)).status).toBe(401);
    expect((await attempt('admin', next)).status).toBe(303);
    // A later start leaves the account as it is.
    await site.room.provideFirstAdmin();
    expect((await attempt('admin', next)).status).toBe(303);
  });

  it('comes in by a one-time link where no password is configured, on every start until it is taken', async () => {
    const other = await startStaffSite({
      database: await createEmbeddedTestDatabase(),
      config: { publicUrl: 'https://ward.example', staffAdminPassword: undefined, staffOidc: undefined },
    });
    try {
      const [first = '', second = ''] = [
        await other.room.provideFirstAdmin(),
        await other.room.provideFirstAdmin(),
      ];
      expect(first).toMatch(/^\/staff\/-\/invitation\/[\w-]{43}$/);
      expect(second).not.toBe(first);
      const browser = other.visit();
      expect((await browser.get(first)).text).toContain('admin');
      const password = 'mot-cau-moi-that-dai';
      // Served by https, cookies are of the kind that no neighbour can plant; this browser keeps them over http.
      const done = await browser.post(first, { password, repeated: password });
      expect([done.status, done.location]).toEqual([303, '/staff?done=password_set']);
      expect(done.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-staff='))).toMatch(
        /Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      for (const used of [first, second]) expect((await other.visit().get(used)).status).toBe(410);
      expect(await other.room.provideFirstAdmin()).toBeUndefined();
    } finally {
      await other.close();
    }
  }, 60_000);
});

describe('signing in', () => {
  beforeAll(() => site.addOfficer('lan', { [homeUnit]: 'viewer' }));

  it('says the same of a wrong password and of nobody', async () => {
    const [wrong, nobody, empty] = [
      await attempt('lan', 'sai'),
      await attempt('khong-ai', 'sai'),
      await attempt('', ''),
    ];
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    const strip = (text: string) => text.replace(/value="[^"]*"/g, '');
    expect(strip(wrong.text)).toBe(strip(nobody.text));
    expect(empty.status).toBe(401);
  });

  it('leads back to the page that was wanted, never out of the console', async () => {
    const browser = site.visit();
    const { location } = await browser.get(`/staff/${homeUnit}?a=1`);
    expect((await browser.get(location)).text).toContain(`value="/staff/${homeUnit}?a=1"`);
    const back = await browser.post('/staff/-/sign-in', { ...signInForm, next: `/staff/${homeUnit}?a=1` });
    expect(back.location).toBe(`/staff/${homeUnit}?a=1`);
    for (const next of [
      'https://evil.example/',
      '//evil.example/',
      '/staff//evil.example',
      '/\\evil.example',
    ]) {
      const other = site.visit();
      await other.get('/staff/-/sign-in');
      expect((await other.post('/staff/-/sign-in', { ...signInForm, next })).location).toBe('/staff');
    }
  });

  it('gives a key that scripts cannot read and another after each sign-in', async () => {
    const browser = site.visit();
    const page = await attempt('lan', officerPassword, browser);
    expect(page.headers.getSetCookie().find((cookie) => cookie.startsWith('staff='))).toMatch(
      /Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const first = browser.cookie('staff');
    await browser.get(`/staff/${homeUnit}`);
    await browser.post('/staff/-/sign-out', {});
    expect(browser.cookie('staff')).toBeUndefined();
    await attempt('lan', officerPassword, browser);
    expect(browser.cookie('staff')).not.toBe(first);
  });

  it('takes over no key that was planted before', async () => {
    const browser = site.visit();
    const planted = 'a'.repeat(43);
    browser.setCookie('staff', planted);
    await attempt('lan', officerPassword, browser);
    expect(browser.cookie('staff')).not.toBe(planted);
  });

  it('keeps only hashes of keys', async () => {
    const browser = await site.signIn('lan');
    const { rows } = await site.database.query<{ key: string; session: StaffSession }>(
      'select key, session from staff_session',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(browser.cookie('staff'));
  });

  it('keeps passwords as argon2id', async () => {
    const user = await createStaffUserStore(site.database).findByUsername('lan');
    expect(user?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('ends after an hour without a visit, and after twelve hours in any case', async () => {
    const idle = await site.signIn('lan');
    later(59);
    expect((await idle.get(`/staff/${homeUnit}`)).status).toBe(200);
    later(59);
    expect((await idle.get(`/staff/${homeUnit}`)).status).toBe(200);
    later(61);
    expect((await idle.get(`/staff/${homeUnit}`)).status).toBe(303);
    const busy = await site.signIn('lan');
    for (let hour = 0; hour < 12; hour += 1) {
      expect((await busy.get(`/staff/${homeUnit}`)).status).toBe(200);
      later(59);
    }
    later(13);
    expect((await busy.get(`/staff/${homeUnit}`)).status).toBe(303);
  });

  it('changes the key now and then; the old one serves what is under way and then ends', async () => {
    const browser = await site.signIn('lan');
    const old = browser.cookie('staff') ?? '';
    later(16);
    await browser.get(`/staff/${homeUnit}`);
    expect(browser.cookie('staff')).not.toBe(old);
    const late = site.visit();
    late.setCookie('staff', old);
    expect((await late.get(`/staff/${homeUnit}`)).status).toBe(200);
    later(2);
    expect((await late.get(`/staff/${homeUnit}`)).status).toBe(303);
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(200);
  });

  it('ends at once for an account that is closed, and with a new role takes it at once', async () => {
    await site.addOfficer('minh', { [homeUnit]: 'viewer' });
    const browser = await site.signIn('minh');
    const users = createStaffUserStore(site.database);
    const minh = await users.findByUsername('minh');
    expect((await browser.get(`/staff/${homeUnit}/users`)).status).toBe(403);
    await users.setRole(minh?.id ?? '', homeUnit, 'admin');
    expect((await browser.get(`/staff/${homeUnit}/users`)).status).toBe(200);
    await users.setDisabled(minh?.id ?? '', now.toISOString());
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(303);
    expect((await attempt('minh', officerPassword)).status).toBe(401);
  });

  it('ends all other sessions with a new password', async () => {
    await site.addOfficer('hoa', { [homeUnit]: 'viewer' });
    const [one, other] = [await site.signIn('hoa'), await site.signIn('hoa')];
    await one.get('/staff/-/new-password');
    const password = 'mot-cau-moi-that-dai';
    await one.post('/staff/-/new-password', { current: officerPassword, password, repeated: password });
    expect((await one.get(`/staff/${homeUnit}`)).status).toBe(200);
    expect((await other.get(`/staff/${homeUnit}`)).status).toBe(303);
  });

  it('is slowed down after ten attempts on one account', async () => {
    await site.addOfficer('cham', { [homeUnit]: 'viewer' });
    const statuses: number[] = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await attempt('cham', 'sai')).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await attempt('cham', officerPassword)).status).toBe(429);
  });

  it('refuses a form that another site sends', async () => {
    const response = await fetch(`${site.url}/staff/-/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(signInForm).toString(),
      redirect: 'manual',
    });
    expect(response.status).toBe(403);
  });
});

describe('the second factor', () => {
  const codeAt = (secret: string, instant: Date) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: instant.getTime() });

  /** Sets an authenticator app up and returns its secret. */
  async function enrol(browser: StaffBrowser): Promise<string> {
    const page = await browser.get('/staff/-/account/second-factor');
    const secret = (/<code>([A-Z2-7 ]{32,})<\/code>/.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
    const sealed = /name="secret"\s+value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(sealed).not.toContain(secret);
    const wrong = await browser.post('/staff/-/account/second-factor', { secret: sealed, code: '000000' });
    expect(wrong.status).toBe(422);
    const forged = await browser.post('/staff/-/account/second-factor', {
      secret: 'AAAA',
      code: codeAt(secret, now),
    });
    expect(forged.status).toBe(422);
    const done = await browser.post('/staff/-/account/second-factor', {
      secret: sealed,
      code: codeAt(secret, now),
    });
    expect([done.status, done.location]).toEqual([303, '/staff/-/account?done=second_factor_on']);
    return secret;
  }

  it('is asked for after the password, and each code works once', async () => {
    await site.addOfficer('an', { [homeUnit]: 'viewer' });
    const secret = await enrol(await site.signIn('an'));
    const { rows } = await site.database.query<{ sealed: Uint8Array }>(
      `select totp_secret as sealed from staff_user where username = 'an'`,
    );
    expect(Buffer.from(rows[0]?.sealed ?? []).toString('latin1')).not.toContain(secret);

    const browser = await site.signIn('an');
    for (const path of [
      `/staff/${homeUnit}`,
      '/staff/-/account',
      '/staff/-/new-password',
      '/staff/-/account/second-factor',
    ]) {
      expect((await browser.get(path)).location).toBe('/staff/-/second-factor');
    }
    await browser.get('/staff/-/second-factor');
    // The code that set it up is used up.
    expect((await browser.post('/staff/-/second-factor', { code: codeAt(secret, now) })).status).toBe(422);
    later(1);
    const key = browser.cookie('staff');
    expect((await browser.post('/staff/-/second-factor', { code: codeAt(secret, now) })).location).toBe(
      '/staff',
    );
    expect(browser.cookie('staff')).not.toBe(key);
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(200);

    const again = await site.signIn('an');
    await again.get('/staff/-/second-factor');
    expect((await again.post('/staff/-/second-factor', { code: codeAt(secret, now) })).status).toBe(422);
    later(1);
    // One step late is what clocks of phones are.
    const late = codeAt(secret, new Date(now.getTime() - 30_000));
    expect((await again.post('/staff/-/second-factor', { code: late })).location).toBe('/staff');
    later(1);
    await again.get('/staff/-/account/second-factor');
    const off = await again.post('/staff/-/account/second-factor/remove', { code: codeAt(secret, now) });
    expect(off.location).toBe('/staff/-/account?done=second_factor_off');
    expect((await again.get(`/staff/${homeUnit}`)).status).toBe(200);
  });

  it('cannot be guessed', async () => {
    await site.addOfficer('binh', { [homeUnit]: 'viewer' });
    await enrol(await site.signIn('binh'));
    const browser = await site.signIn('binh');
    await browser.get('/staff/-/second-factor');
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1) {
      statuses.push((await browser.post('/staff/-/second-factor', { code: String(100_000 + guess) })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it('must be set up by admins where the deployment says so', async () => {
    await site.addOfficer('tinh', { '*': 'admin' });
    const province = await site.signIn('tinh');
    await province.get('/staff/-/users');
    const saved = await province.post('/staff/-/users/security', { adminsNeedSecondFactor: '1' });
    // The one who decides so is the first whom it binds.
    expect(saved.location).toBe('/staff/-/users?done=saved');
    expect((await province.get('/staff/-/users')).location).toBe('/staff/-/account/second-factor');
    await enrol(province);
    expect((await province.get('/staff/-/users')).status).toBe(200);
    const viewer = await site.signIn('lan');
    expect((await viewer.get(`/staff/${homeUnit}`)).status).toBe(200);
    await province.post('/staff/-/users/security', {});
    expect((await province.get('/staff/-/users')).text).not.toMatch(
      /name="adminsNeedSecondFactor"[^>]*checked/,
    );
  });
});
