import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FakePlatform } from '../../fakes/platform.ts';
import { startFakePlatform } from '../../fakes/platform.ts';

/** The fakes stand for the platforms in every other test: they must refuse what the references say is refused. */
let platform: FakePlatform;
let token: string;

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(platform.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}
const zalo = (message: object, user = '6', accessToken = token): Promise<unknown> =>
  post('/v3.0/oa/message/cs', { recipient: { user_id: user }, message }, { access_token: accessToken });
const graph = (message: object, more: object = { messaging_type: 'RESPONSE' }): Promise<unknown> =>
  post('/v25.0/1/messages', { recipient: { id: '7' }, message, ...more }, { authorization: 'Bearer t' });
const exchange = async (form: Record<string, string>, secret = 's'): Promise<Record<string, unknown>> => {
  const response = await fetch(`${platform.url}/v4/oa/access_token`, {
    method: 'POST',
    headers: { secret_key: secret },
    body: new URLSearchParams(form),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
};
const button = { title: 'Hồ sơ', type: 'oa.query.hide', payload: '#tt:x' };
const withButtons = (buttons: object[]): object => ({
  text: 'Chọn',
  attachment: { type: 'template', payload: { buttons } },
});

beforeEach(async () => {
  platform = await startFakePlatform();
  const pair = await exchange({ grant_type: 'refresh_token', refresh_token: 'seed', app_id: '4' });
  token = String(pair['access_token']);
});

afterEach(() => platform.stop());

describe('the fake Zalo', () => {
  it('gives a pair without an error field, once per refresh token', async () => {
    const pair = await exchange({ grant_type: 'refresh_token', refresh_token: 'another', app_id: '5' });
    expect(pair).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: '90000',
    });
    const refused = await exchange({ grant_type: 'refresh_token', refresh_token: 'another', app_id: '5' });
    expect(refused['error']).toBeLessThan(0);
    expect(refused).not.toHaveProperty('access_token');
    const invented = await exchange({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-999',
      app_id: '5',
    });
    expect(invented['error']).toBeLessThan(0);
  });

  it('lets the earlier access token die with the new one', async () => {
    expect(await zalo({ text: 'a' })).toMatchObject({ error: 0 });
    platform.control({ oas: [{ oaId: 'oa-of-4', appId: '4', appSecret: 's', refreshToken: 'seed-2' }] });
    await exchange({ grant_type: 'refresh_token', refresh_token: 'seed-2', app_id: '4' });
    expect(await zalo({ text: 'a' })).toMatchObject({ error: -216 });
  });

  it('knows the secret of a registered app', async () => {
    platform.control({ oas: [{ oaId: '3', appId: '4', appSecret: 's', refreshToken: 'seed-3' }] });
    const form = { grant_type: 'refresh_token', refresh_token: 'seed-3', app_id: '4' };
    expect((await exchange(form, 'wrong'))['error']).toBeLessThan(0);
    expect(await exchange(form)).toHaveProperty('access_token');
  });

  it.each([
    ['2,000 characters', { text: 'a'.repeat(2000) }, 0],
    ['2,001 characters', { text: 'a'.repeat(2001) }, -210],
    ['no text', { text: '' }, -201],
    ['five buttons', withButtons(Array.from({ length: 5 }, () => button)), 0],
    ['six buttons', withButtons(Array.from({ length: 6 }, () => button)), -201],
    ['a button of an unknown type', withButtons([{ ...button, type: 'postback' }]), -201],
    ['a long payload', withButtons([{ ...button, payload: 'x'.repeat(1001) }]), -201],
    ['a link without a URL', withButtons([{ ...button, type: 'oa.open.url', payload: {} }]), -201],
  ])('answers %s as Zalo would', async (_name, message, error) => {
    expect(await zalo(message)).toMatchObject({ error });
    expect(platform.sent()).toHaveLength(error === 0 ? 1 : 0);
  });

  it('refuses a bad token, a closed window, a blocking citizen and too much at once', async () => {
    expect(await zalo({ text: 'a' }, '6', 'x')).toMatchObject({ error: -216 });
    expect(await zalo({ text: 'a' })).toMatchObject({ error: 0 });
    platform.control({ blocked: ['8'], zaloSendsPerMinute: 4 });
    expect(await zalo({ text: 'a' }, '8')).toMatchObject({ error: -244 });
    platform.control({ interacted: ['9'] });
    expect(await zalo({ text: 'a' }, '9')).toMatchObject({ error: 0 });
    platform.control({ zaloSendsPerMinute: 1 });
    await zalo({ text: 'a' });
    expect(await zalo({ text: 'a' })).toMatchObject({ error: -32 });
  });
});

describe('the fake Graph', () => {
  it.each([
    ['text', { text: 'a'.repeat(1999) }, undefined],
    ['long text', { text: 'a'.repeat(2000) }, 100],
    ['neither text nor attachment', {}, 100],
    [
      'fourteen quick replies',
      {
        text: 'a',
        quick_replies: Array.from({ length: 14 }, () => ({ content_type: 'text', title: 'a', payload: 'b' })),
      },
      100,
    ],
    [
      'a long title',
      { text: 'a', quick_replies: [{ content_type: 'text', title: 'x'.repeat(21), payload: 'b' }] },
      100,
    ],
    ['long metadata', { text: 'a', metadata: 'x'.repeat(1000) }, 100],
    [
      'a template that is too long',
      {
        attachment: {
          type: 'template',
          payload: {
            template_type: 'button',
            text: 'a'.repeat(641),
            buttons: [{ type: 'web_url', title: 'a', url: 'https://a.example' }],
          },
        },
      },
      100,
    ],
    [
      'a template without buttons',
      { attachment: { type: 'template', payload: { template_type: 'button', text: 'a', buttons: [] } } },
      100,
    ],
  ])('answers %s as Meta would', async (_name, message, code) => {
    const answer = await graph(message);
    expect(answer).toMatchObject(code === undefined ? { recipient_id: '7' } : { error: { code } });
    expect(platform.sent()).toHaveLength(code === undefined ? 1 : 0);
  });

  it('wants a messaging type, a token and the right proof', async () => {
    expect(await graph({ text: 'a' }, {})).toMatchObject({ error: { code: 100 } });
    expect(await post('/v25.0/1/messages', {})).toMatchObject({ error: { code: 190 } });
    platform.control({ pages: [{ pageId: '1', pageToken: 't', appSecret: 's' }] });
    expect(await graph({ text: 'a' })).toMatchObject({ error: { code: 100 } });
  });

  it('refuses a message together with a sender action', async () => {
    expect(await graph({ text: 'a' }, { sender_action: 'typing_on' })).toMatchObject({
      error: { code: 100 },
    });
  });
});

describe('control', () => {
  it('hits the given number of calls of the given citizen', async () => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code: -200, times: 2, user: '6' } });
    const errors = [];
    for (const user of ['5', '6', '6', '6'])
      errors.push(((await zalo({ text: 'a' }, user)) as { error: number }).error);
    expect(errors).toEqual([0, -200, -200, 0]);
  });

  it('refuses what it does not know, over HTTP', async () => {
    expect(await post('/_control', { fualt: 1 })).toMatchObject({ ok: false });
    expect(await post('/_control', { advanceMs: 1000 })).toEqual({ ok: true });
  });

  it('runs as its own process and lists what it accepted, by citizen and in order', async () => {
    const child = spawn(process.execPath, ['test/fakes/platform.ts', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(line.toString()) as { url: string };
      for (const [user, text] of [
        ['7', 'một'],
        ['8', 'hai'],
        ['7', 'ba'],
      ]) {
        await fetch(`${url}/v25.0/1/messages`, {
          method: 'POST',
          headers: { authorization: 'Bearer t' },
          body: JSON.stringify({ recipient: { id: user }, messaging_type: 'RESPONSE', message: { text } }),
        });
      }
      const list = async (query: string) =>
        (await (await fetch(`${url}/_sent${query}`)).json()) as { text: string }[];
      expect((await list('?user=7')).map((message) => message.text)).toEqual(['một', 'ba']);
      expect(await list('?channel=messenger')).toHaveLength(3);
      expect(await list('?channel=zalo')).toEqual([]);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
});
