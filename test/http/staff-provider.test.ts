import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { findFreePort } from '../services/commands.ts';
import { homeUnit, startStaffSite, type StaffBrowser, type StaffSite } from '../support/staff-console.ts';

/** Accounts of the provider: the address is verified unless the name says otherwise. */
const accountOf = (id: string) => ({
  accountId: id,
  claims: async () => ({
    sub: id,
    email: `${id.replace(/-.*/, '')}@phuong.example`,
    email_verified: !id.endsWith('-unverified'),
  }),
});

let issuer: string;
let providerServer: Server;
let site: StaffSite;

beforeAll(async () => {
  const [providerPort, sitePort] = [await findFreePort(), await findFreePort()];
  issuer = `http://127.0.0.1:${providerPort}`;
  const publicUrl = `http://127.0.0.1:${sitePort}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'tthc',
        client_secret: 'a client secret for tests',
        redirect_uris: [`${publicUrl}/staff/-/sign-in/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_context, id) => accountOf(id),
    cookies: { keys: ['a cookie key for tests'] },
  });
  providerServer = createServer((request, response) => void provider.callback()(request, response)).listen(
    providerPort,
    '127.0.0.1',
  );
  await once(providerServer, 'listening');
  site = await startStaffSite({
    port: sitePort,
    config: {
      publicUrl,
      staffAdminPassword: undefined,
      staffOidc: {
        issuer,
        clientId: 'tthc',
        clientSecret: 'a client secret for tests',
        label: 'Cổng cán bộ',
      },
    },
  });
  await site.addOfficer('lan', { [homeUnit]: 'viewer' });
  await site.addOfficer('minh', { [homeUnit]: 'viewer' });
}, 60_000);

afterAll(async () => {
  await site?.close();
  providerServer?.closeAllConnections();
  providerServer?.close();
});

/** Goes through the provider's own pages as `login` and returns the path with which the browser comes back. */
async function passProvider(start: string, login: string): Promise<string> {
  const jar = new Map<string, string>();
  let [url, body]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let step = 0; step < 12; step += 1) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      [url, body] = [new URL(location, issuer).href, undefined];
      if (!url.startsWith(issuer)) return new URL(url).pathname + new URL(url).search;
      continue;
    }
    const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1] ?? '';
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1] ?? '';
    [url, body] = [new URL(action, issuer).href, new URLSearchParams({ prompt, login, password: 'x' })];
  }
  throw new Error('the provider did not lead back');
}

async function signInAt(login: string, browser: StaffBrowser = site.visit()) {
  const start = await browser.get('/staff/-/sign-in/provider');
  expect([start.status, new URL(start.location).origin]).toEqual([303, issuer]);
  const back = await passProvider(start.location, login);
  return { browser, back, page: await browser.get(back) };
}

describe('signing in at the office’s identity provider', () => {
  it('is offered beside the password', async () => {
    const { text } = await site.visit().get('/staff/-/sign-in');
    expect(text).toContain('Đăng nhập bằng Cổng cán bộ');
  });

  it('finds the account by its verified address, ties it for good, and says so in the audit log', async () => {
    const { browser, page } = await signInAt('lan');
    expect(page.location).toBe('/staff');
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(200);
    await signInAt('lan');
    const acts = await createAuditStore(site.database).list({ limit: 10, actor: 'lan' });
    expect(acts.map(({ action }) => action)).toEqual(['user.sign-in', 'user.sign-in', 'user.bind-provider']);
    expect(acts[0]?.after).toEqual({ how: 'provider' });
  });

  it('lets no other identity with the same address in, and none whose address nobody verified', async () => {
    const other = await signInAt('lan-other');
    expect([other.page.status, other.page.text.includes('chưa được cấp quyền')]).toEqual([403, true]);
    expect((await signInAt('minh-unverified')).page.status).toBe(403);
    expect((await signInAt('khong-ai')).page.status).toBe(403);
    expect((await other.browser.get(`/staff/${homeUnit}`)).status).toBe(303);
  });

  it('takes an answer once, from the browser that asked, unchanged', async () => {
    const { browser, back } = await signInAt('lan');
    expect((await browser.get(back)).status).toBe(400);

    const asking = site.visit();
    const start = await asking.get('/staff/-/sign-in/provider');
    const answer = await passProvider(start.location, 'lan');
    expect((await site.visit().get(answer)).status).toBe(400);
    const stranger = site.visit();
    await stranger.get('/staff/-/sign-in/provider');
    expect((await stranger.get(answer)).status).toBe(401);
    const forged = answer.replace(/code=[^&]+/, 'code=forged');
    expect((await asking.get(forged)).status).toBe(401);
    expect((await asking.get(`/staff/${homeUnit}`)).status).toBe(303);
  });

  it('ties an account to whoever takes its one-time link there, once, and to nobody whom another account knows', async () => {
    await site.addOfficer('quan', { [homeUnit]: 'admin' });
    const admin = await site.signIn('quan');
    const inviteNew = async (username: string) => {
      await admin.get(`/staff/${homeUnit}/users/new`);
      const made = await admin.post(`/staff/${homeUnit}/users/new`, {
        username,
        name: 'Mới',
        role: 'viewer',
      });
      return /(\/staff\/-\/invitation\/[\w-]+)/.exec(made.text)?.[1] ?? '';
    };
    const takeAt = async (link: string, login: string) => {
      const browser = site.visit();
      expect((await browser.get(link)).text).toContain('Dùng Cổng cán bộ');
      const start = await browser.post(`${link}/provider`, {});
      const page = await browser.get(await passProvider(start.location, login));
      return { browser, page };
    };
    const link = await inviteNew('moi.mot');
    expect((await takeAt(link, 'lan')).page.status).toBe(403);
    const { browser, page } = await takeAt(link, 'nguoi-moi');
    expect(page.location).toBe('/staff');
    expect((await browser.get(`/staff/${homeUnit}`)).status).toBe(200);
    expect((await site.visit().get(link)).status).toBe(410);
    expect((await (await signInAt('nguoi-moi')).browser.get('/staff/-/account')).text).toContain('moi.mot');
    // A link for somebody who has a password sets a new one; it opens no way round the second factor.
    await admin.get(`/staff/${homeUnit}/users/minh`);
    const again = await admin.post(`/staff/${homeUnit}/users/minh/invitation`, {});
    const reset = /(\/staff\/-\/invitation\/[\w-]+)/.exec(again.text)?.[1] ?? '';
    const other = site.visit();
    expect((await other.get(reset)).text).not.toContain('Dùng Cổng cán bộ');
    expect((await other.post(`${reset}/provider`, {})).status).toBe(410);
  });

  it('refuses an account that was closed', async () => {
    await site.database.query(`update staff_user set disabled_at = now() where username = 'lan'`);
    expect((await signInAt('lan')).page.status).toBe(403);
  });
});

it('says so when the identity provider does not answer, and where there is none', async () => {
  const away = await startStaffSite({
    config: {
      publicUrl: 'http://127.0.0.1:1',
      staffAdminPassword: undefined,
      staffOidc: { issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: undefined, label: 'x' },
    },
  });
  const none = await startStaffSite();
  try {
    expect((await away.visit().get('/staff/-/sign-in/provider')).status).toBe(503);
    expect((await none.visit().get('/staff/-/sign-in/provider')).status).toBe(404);
    expect((await none.visit().get('/staff/-/sign-in/callback?code=x')).status).toBe(404);
  } finally {
    await Promise.all([away.close(), none.close()]);
  }
}, 60_000);
