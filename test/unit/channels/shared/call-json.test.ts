import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { callJson } from '../../../../src/channels/shared/call-json.ts';

interface Seen {
  method: string;
  headers: Record<string, unknown>;
  body: string;
}

let server: Server;
let base: string;
let seen: Seen[];
let answer: { status: number; body: string; headers?: Record<string, string> } | 'hang' | 'reset';

beforeEach(async () => {
  seen = [];
  answer = { status: 200, body: '{"ok":true}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', headers: request.headers, body });
      if (answer === 'reset') response.destroy();
      else if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

describe('callJson', () => {
  it('sends JSON or a form and reads JSON, long numbers as text', async () => {
    answer = { status: 200, body: '{"id":9007199254740993}' };
    const result = await callJson(`${base}/x`, {
      method: 'POST',
      headers: { a: 'b' },
      body: { t: 'đ' },
      timeoutMs: 5000,
    });
    expect(result).toEqual({
      outcome: 'answered',
      status: 200,
      body: { id: '9007199254740993' },
      retryAfterMs: undefined,
    });
    await callJson(`${base}/x`, { method: 'POST', body: new URLSearchParams({ t: 'đ' }), timeoutMs: 5000 });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: '{"t":"đ"}',
      headers: { a: 'b', 'content-type': 'application/json' },
    });
    expect(seen[1]?.body).toBe('t=%C4%91');
    expect(seen[1]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  });

  it('gives no body for an answer that is not JSON, and the wait that the answer asks for', async () => {
    answer = { status: 503, body: '<html>', headers: { 'retry-after': '7' } };
    expect(await callJson(base, { method: 'GET', timeoutMs: 5000 })).toEqual({
      outcome: 'answered',
      status: 503,
      body: undefined,
      retryAfterMs: 7000,
    });
  });

  it('does not follow a redirect with its token', async () => {
    answer = { status: 307, body: '', headers: { location: `${base}/elsewhere` } };
    expect(await callJson(base, { method: 'POST', body: {}, timeoutMs: 5000 })).toMatchObject({
      status: 307,
    });
    expect(seen).toHaveLength(1);
  });

  it('says that nothing was sent when the connection is refused or the name is unknown', async () => {
    const closed = base;
    await new Promise((resolve) => server.close(resolve));
    expect(await callJson(closed, { method: 'POST', body: {}, timeoutMs: 5000 })).toEqual({
      outcome: 'not-sent',
      code: 'unreachable',
    });
    expect(await callJson('http://host.invalid', { method: 'POST', body: {}, timeoutMs: 5000 })).toEqual({
      outcome: 'not-sent',
      code: 'unreachable',
    });
    server.listen(0);
  });

  it('does not know the outcome when no answer comes in time', async () => {
    // The connection stays open, so that what follows is on its way at once however busy the machine is.
    await callJson(base, { method: 'GET', timeoutMs: 5000 });
    answer = 'hang';
    expect(await callJson(base, { method: 'POST', body: {}, timeoutMs: 100 })).toEqual({
      outcome: 'unknown',
      code: 'timeout',
    });
  });

  it('knows that nothing was sent when the time ran out before there was a connection', async () => {
    // The address is for documentation: nobody answers there.
    expect(await callJson('http://192.0.2.1', { method: 'POST', body: {}, timeoutMs: 50 })).toMatchObject({
      outcome: 'not-sent',
    });
  });

  it('sends nothing to a host whose certificate has run out', async () => {
    const fixture = join(import.meta.dirname, '../../../fixtures/expired-platform');
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, await readFile(join(fixture, 'certificate.pem'), 'utf8')]);
    let requests = 0;
    const platform = createTlsServer(
      { pfx: await readFile(join(fixture, 'server.p12')), passphrase: 'test' },
      (_request, response) => {
        requests += 1;
        response.end('{}');
      },
    );
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    const { port } = platform.address() as AddressInfo;
    const call = callJson(`https://127.0.0.1:${port}`, { method: 'POST', body: {}, timeoutMs: 5000 });
    expect(await call).toEqual({ outcome: 'not-sent', code: 'certificate' });
    expect(requests).toBe(0);
    setDefaultCACertificates(trusted);
    platform.close();
  });

  it('does not know the outcome when the connection breaks', async () => {
    answer = 'reset';
    expect(await callJson(base, { method: 'POST', body: {}, timeoutMs: 5000 })).toEqual({
      outcome: 'unknown',
      code: 'connection-lost',
    });
  });

  it('tells an abort before the call from one during it', async () => {
    const before = AbortSignal.abort();
    expect(await callJson(base, { method: 'POST', timeoutMs: 5000, signal: before })).toEqual({
      outcome: 'not-sent',
      code: 'aborted',
    });
    expect(seen).toHaveLength(0);
    await callJson(base, { method: 'GET', timeoutMs: 5000 });
    answer = 'hang';
    const during = AbortSignal.timeout(100);
    expect(await callJson(base, { method: 'POST', timeoutMs: 5000, signal: during })).toEqual({
      outcome: 'unknown',
      code: 'aborted',
    });
  });
});
