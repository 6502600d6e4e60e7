import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messengerText, signMessenger, signZalo, zaloText, type Delivery } from '../fakes/deliveries.ts';
import { hostileTexts } from '../fuzz/mutate.ts';
import { page, startSystem, unitId, zalo, type System } from './support/system.ts';

let system: System;
let nextUser = 6500000000000000000n;
const newUser = () => String((nextUser += 1n));

/** Requests that are sent byte by byte from the first test on; each ends when the server has had enough. */
let slow: { what: string; endedMs: Promise<number> }[];

beforeAll(async () => {
  system = await startSystem();
  const begun = 'POST /webhooks/zalo HTTP/1.1\r\nhost: x\r\n';
  slow = [
    { what: 'headers', head: begun, more: 'x-a: b\r\n' },
    { what: 'body', head: `${begun}content-length: 1000\r\n\r\n`, more: 'x' },
    { what: 'chunks', head: `${begun}transfer-encoding: chunked\r\n\r\n`, more: '1\r\nx\r\n' },
  ].map(({ what, head, more }) => ({ what, endedMs: sendSlowly(head, more) }));
}, 120_000);

/** Resolves with how long the server kept the connection. */
function sendSlowly(head: string, more: string): Promise<number> {
  const begun = performance.now();
  const socket = connect(Number(new URL(system.url).port), '127.0.0.1');
  socket.write(head);
  const timer = setInterval(() => socket.write(more), 1_000);
  socket.on('error', () => undefined).resume();
  return new Promise((resolve) => {
    socket.on('close', () => {
      clearInterval(timer);
      resolve(performance.now() - begun);
    });
  });
}

afterAll(() => system?.dispose());

const longest = 'thủ tục khai sinh '.repeat(1_000);
const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;

/** Everything the platform was asked to send to these citizens, as one text. */
function saidTo(users: readonly string[]): string {
  return users
    .flatMap((user) => system.platform.sent(user))
    .map(({ text, buttons }) => [text, ...buttons].join('\n'))
    .join('\n');
}

describe.each(['zalo', 'messenger'] as const)('hostile words on %s', (channel) => {
  const write = (user: string, text: string): Delivery =>
    channel === 'zalo' ? zaloText(zalo, user, text) : messengerText(page, user, text);

  it('are taken, answered within the limits, and never said back', async () => {
    const texts = [...hostileTexts, longest];
    const users = texts.map(newUser);
    for (const [index, text] of texts.entries()) {
      expect([text.slice(0, 20), (await system.deliver(write(users[index] ?? '', text))).status]).toEqual([
        text.slice(0, 20),
        200,
      ]);
    }
    await system.waitUntilIdle();
    for (const [index, text] of texts.entries()) {
      const sent = system.platform.sent(users[index]);
      expect([text.slice(0, 20), sent.length > 0]).toEqual([text.slice(0, 20), true]);
      expect(sent.every((message) => message.text.length <= 1_900 && message.text.isWellFormed())).toBe(true);
    }
    const said = saidTo(users);
    for (const foreign of [
      '49',
      'onerror',
      'SECRET_KEY',
      'etc/passwd',
      'evil.example',
      '0912345678',
      '\u202e',
    ]) {
      expect([
        foreign,
        said
          .split('\n')
          .some((line) => line.trim() === foreign || (foreign.length > 2 && line.includes(foreign))),
      ]).toEqual([foreign, false]);
    }
  }, 120_000);

  it('in bodies that no platform sends are refused without a 5xx', async () => {
    const sign = (body: string) =>
      channel === 'zalo' ? signZalo(zalo, body) : signMessenger(page.appSecret, body);
    for (const body of [
      deep,
      `[${deep}]`,
      '"text"',
      'null',
      '[]',
      '{"entry":{}}',
      '\u0000',
      'x'.repeat(1024 * 1024),
    ]) {
      const { status } = await system.deliver(sign(body));
      expect([body.slice(0, 12), status < 500]).toEqual([body.slice(0, 12), true]);
    }
  }, 60_000);
});

describe('hostile words in the web chat', () => {
  const post = (path: string, body: string, token = '') =>
    fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-visitor': token },
      body,
    });

  it('open no more pages of one visitor than a person does, and ask for nothing that is no number', async () => {
    const visit = await post('/web/visitors', JSON.stringify({ unit: unitId, test: true }));
    const { token } = (await visit.json()) as { token: string };
    const open = async (after: string) => {
      const response = await fetch(`${system.url}/web/replies?after=${after}`, {
        headers: { 'x-visitor': token },
      });
      return response.body?.getReader();
    };
    const odd = ['1.5', '1e400', '99999999999999999999', '-1', 'NaN', '0&after=1', '%00'];
    const readers = [];
    for (const after of [...odd, '0', '0']) readers.push(await open(after));
    // Nine pages: the first has been closed, the others wait for replies.
    expect((await readers[0]?.read())?.done).toBe(true);
    await post('/web/messages', JSON.stringify({ text: 'xin chào' }), token);
    for (const reader of readers.slice(1)) {
      const { value } = (await reader?.read()) ?? {};
      expect(new TextDecoder().decode(value)).toContain('data: ');
      await reader?.cancel();
    }
    expect(system.output()).not.toContain('could not be read');
  }, 30_000);

  it('bring no member along that was not asked for', async () => {
    const visit = await post('/web/visitors', JSON.stringify({ unit: unitId, test: true }));
    expect(visit.status).toBe(201);
    const { token } = (await visit.json()) as { token: string };
    const statuses: [string, number][] = [];
    for (const body of [
      '{"text":"xin chào"}',
      '{"text":"xin chào","__proto__":{"test":false}}',
      '{"text":"xin chào","constructor":{"prototype":{"test":false}}}',
      '{"text":"xin chào","unitId":"khong-kenh"}',
      '{"text":"xin chào","test":false}',
    ]) {
      statuses.push([body, (await post('/web/messages', body, token)).status]);
    }
    expect(statuses.map(([, status]) => status)).toEqual([202, 400, 400, 400, 400]);
    expect((await post('/web/visitors', JSON.stringify({ unit: unitId, role: 'admin' }))).status).toBe(400);
  });

  it('are taken or refused, never a 5xx', async () => {
    for (const text of [...hostileTexts, longest]) {
      const visitor = await post('/web/visitors', JSON.stringify({ unit: unitId, test: true }));
      // Visitors of one address are limited too; what counts is that nothing breaks.
      if (visitor.status === 429) continue;
      const { token } = (await visitor.json()) as { token: string };
      const { status } = await post('/web/messages', JSON.stringify({ text }), token);
      expect([text.slice(0, 20), [202, 400].includes(status)]).toEqual([text.slice(0, 20), true]);
    }
    for (const body of [
      deep,
      '{',
      'null',
      '{"text":1}',
      '{"text":"a","__proto__":{"admin":true}}',
      'x'.repeat(1024 * 1024),
    ]) {
      const { status } = await post('/web/messages', body);
      expect([body.slice(0, 12), status >= 400 && status < 500]).toEqual([body.slice(0, 12), true]);
    }
  }, 60_000);

  it('take a parameter that comes twice for none', async () => {
    const twice = await fetch(`${system.url}/?unit=${unitId}&unit=khong-kenh`);
    const none = await fetch(`${system.url}/`);
    expect([twice.status, await twice.text()]).toEqual([none.status, await none.text()]);
    expect(none.headers.get('cache-control')).toBe('no-store');
  });

  it('leave pages, health and log as they were', async () => {
    await system.waitUntilIdle();
    for (const query of [
      '?unit=%00',
      '?unit=<script>',
      '?unit=../../etc/passwd',
      '?unit=a&unit=b',
      `?unit=${'x'.repeat(5_000)}`,
    ]) {
      const response = await fetch(`${system.url}/${query}`);
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain('<script>alert');
    }
    expect((await fetch(`${system.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    expect(metrics).not.toMatch(/tthc_queue_items\{[^}]*state="parked"\} [1-9]/);
    expect(system.output()).not.toMatch(/0912345678|079123456789|drop table|onerror/);
  }, 60_000);
});

describe('requests that are sent byte by byte', () => {
  it('end after half a minute', async () => {
    for (const { what, endedMs } of slow) expect([what, (await endedMs) < 42_000]).toEqual([what, true]);
  }, 120_000);
});
