import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  messengerBatch,
  messengerText,
  signMessenger,
  signZalo,
  zaloText,
  type Delivery,
} from '../fakes/deliveries.ts';
import { page, startSystem, verifyToken, zalo, type System } from '../e2e/support/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
}, 120_000);

afterAll(() => system?.dispose());

const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(`${system.url}${path}`, { method: 'POST', headers, body });

/** How many events the server says it stored. */
async function storedEvents(): Promise<number> {
  const text = await (await fetch(`${system.url}/metrics`)).text();
  return [...text.matchAll(/^tthc_webhook_events_total\{[^}]*result="stored"[^}]*\} (\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}

const deliveries: [string, () => Delivery][] = [
  ['zalo', () => zaloText(zalo, '6100000000000000001', 'xin chào')],
  ['messenger', () => messengerText(page, '6100000000000000002', 'xin chào')],
];

describe.each(deliveries)('POST /webhooks/%s', (_channel, make) => {
  it('acknowledges a signed delivery with 200', async () => {
    const response = await system.deliver(make());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each([
    [
      'no signature',
      (delivery: Delivery) => ({ ...delivery, headers: { 'content-type': 'application/json' } }),
    ],
    [
      'a signature of something else',
      (delivery: Delivery) => ({ ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) }),
    ],
    [
      'a signature of the right length and wrong digits',
      (delivery: Delivery) => ({
        ...delivery,
        headers: Object.fromEntries(
          Object.entries(delivery.headers).map(([name, value]) => [
            name,
            value.replace(/[0-9a-f]{64}/, 'a'.repeat(64)),
          ]),
        ),
      }),
    ],
    [
      'an empty signature',
      (delivery: Delivery) => ({
        ...delivery,
        headers: Object.fromEntries(
          Object.entries(delivery.headers).map(([name, value]) => [
            name,
            /[0-9a-f]{64}/.test(value) ? '' : value,
          ]),
        ),
      }),
    ],
  ])('refuses %s with 401, an empty body and no effect', async (_name, spoil) => {
    const before = await storedEvents();
    const response = await system.deliver(spoil(make()));
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('');
    expect(await storedEvents()).toBe(before);
  });

  it('answers an empty, an unreadable and an oversized body with 4xx', async () => {
    const { path, headers } = make();
    expect((await post(path, '', headers)).status).toBeGreaterThanOrEqual(400);
    expect((await post(path, 'not json', headers)).status).toBe(401);
    expect((await post(path, 'x'.repeat(2_000_000), headers)).status).toBe(413);
  });
});

describe('a signed body that is not of the form', () => {
  const bodies = [
    'not json',
    '[]',
    '"text"',
    'null',
    '{}',
    '{"object":"page"}',
    '{"object":"page","entry":{}}',
    '\u0000',
    '{"a":'.repeat(2_000),
  ];

  it.each(bodies)('gets 4xx or 200, never 5xx: %j', async (body) => {
    const fromZalo = await system.deliver(signZalo(zalo, body));
    const fromMeta = await system.deliver(signMessenger(page.appSecret, body));
    for (const response of [fromZalo, fromMeta]) expect(response.status).toBeLessThan(500);
  });

  it('never breaks the server, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (content) => {
        const wrapped = `{"object":"page","entry":[{"id":"${page.pageId}","time":1,"messaging":[${content}]}]}`;
        const fromMeta = await system.deliver(signMessenger(page.appSecret, wrapped));
        const fromZalo = await system.deliver(
          signZalo(
            zalo,
            `{"app_id":"${zalo.appId}","event_name":"user_send_text","timestamp":"1","message":${content}}`,
          ),
        );
        return fromMeta.status < 500 && fromZalo.status < 500;
      }),
      { numRuns: 60 },
    );
  });

  it('is not unpacked: a compressed one is refused and stores nothing', async () => {
    const before = await storedEvents();
    for (const [path, make] of deliveries) {
      const { path: address, headers, body } = make();
      const response = await post(address, gzipSync(body), { ...headers, 'content-encoding': 'gzip' });
      expect([path, response.status]).toEqual([path, 415]);
    }
    expect(await storedEvents()).toBe(before);
  });

  it('keeps the good events of a batch with a bad one', async () => {
    const user = '6100000000000000010';
    const good = {
      sender: { id: user },
      recipient: { id: page.pageId },
      timestamp: Date.now(),
      message: { mid: 'good-one', text: 'xin chào' },
    };
    const delivery = messengerBatch(page.appSecret, [
      { pageId: page.pageId, messaging: [{ sender: 7 }, good, {}] },
    ]);
    expect((await system.deliver(delivery)).status).toBe(200);
    await system.waitForSent(user, 1);
  });
});

describe('GET', () => {
  it('answers the subscription check with the challenge, and a wrong token with 403', async () => {
    const query = (token: string) =>
      new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.verify_token': token,
        'hub.challenge': '1158201444',
      }).toString();
    const right = await fetch(`${system.url}/webhooks/messenger?${query(verifyToken)}`);
    expect([right.status, await right.text()]).toEqual([200, '1158201444']);
    const wrong = await fetch(`${system.url}/webhooks/messenger?${query('wrong')}`);
    expect([wrong.status, await wrong.text()]).toEqual([403, '']);
  });

  it('lets the other console save the address', async () => {
    expect((await fetch(`${system.url}/webhooks/zalo`)).status).toBe(200);
  });

  it('proves the domain by meta tag and by file', async () => {
    expect(await (await fetch(`${system.url}/`)).text()).toContain(
      '<meta name="zalo-platform-site-verification" content="abcDEF0123456789">',
    );
    const file = await fetch(`${system.url}/zalo_verifierABC123.html`);
    expect([file.status, (await file.text()).includes('ABC123')]).toEqual([200, true]);
    expect((await fetch(`${system.url}/zalo_verifierOTHER.html`)).status).toBe(404);
  });

  it('names a request in its answer and its log line', async () => {
    const refuse = (id: string) =>
      fetch(`${system.url}/webhooks/zalo`, { method: 'POST', body: '{}', headers: { 'x-request-id': id } });
    expect((await refuse('proxy-id-12345')).headers.get('x-request-id')).toBe('proxy-id-12345');
    expect((await refuse('a b"c')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    // What the server prints comes through a pipe, perhaps after its answer.
    const deadline = Date.now() + 10_000;
    while (!system.output().includes('"request":"proxy-id-12345"') && Date.now() < deadline) await sleep(20);
    expect(system.output()).toContain('"request":"proxy-id-12345"');
  });

  it('tells how it is', async () => {
    expect((await fetch(`${system.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${system.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', parts: { database: 'ok', disk: 'ok' } },
    ]);
    expect(await (await fetch(`${system.url}/metrics`)).text()).toContain('tthc_queue_items');
  });
});

describe("Meta's request for deletion", () => {
  const path = '/webhooks/messenger/data-deletion';
  const ask = (secret: string) => {
    const content = Buffer.from(
      JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: '7100000000000000001', issued_at: 1_795_000_000 }),
    ).toString('base64url');
    const signature = createHmac('sha256', secret).update(content).digest('base64url');
    const form = new URLSearchParams({ signed_request: `${signature}.${content}` });
    return fetch(`${system.url}${path}`, { method: 'POST', body: form });
  };

  it('is confirmed with a code whose page tells how it stands', async () => {
    const response = await ask(page.appSecret);
    expect(response.status).toBe(200);
    const { url, confirmation_code: code } = (await response.json()) as Record<string, string>;
    expect(code).toMatch(/^[0-9A-F]{18}$/);
    expect(url).toBe(`${system.url}${path}/${code}`);
    const status = await fetch(url ?? '');
    expect(status.status).toBe(200);
    expect(await status.text()).toContain(code);
  });

  it('is refused when it is signed by somebody else, and unknown codes have no page', async () => {
    expect((await ask('another-secret')).status).toBe(400);
    expect((await fetch(`${system.url}${path}`, { method: 'POST' })).status).toBe(400);
    expect((await fetch(`${system.url}${path}/${'A'.repeat(18)}`)).status).toBe(404);
  });
});

it("keeps citizens' words and ids out of its own log", async () => {
  const user = '6100000000000000099';
  await system.deliver(zaloText(zalo, user, 'bimatcuatoi 079123456789'));
  await system.waitForSent(user, 1);
  expect(system.output()).not.toContain('bimatcuatoi');
  expect(system.output()).not.toContain('079123456789');
  expect(system.output()).not.toContain(user);
});
