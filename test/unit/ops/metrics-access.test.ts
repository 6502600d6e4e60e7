import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardMetrics, isInternalAddress } from '../../../src/ops/metrics-access.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** The status of `/metrics` for who sends these headers from this machine. */
async function read(
  token: string | undefined,
  headers: Record<string, string> = {},
  trustedProxies = 1,
): Promise<number> {
  const app = express();
  app.set('trust proxy', trustedProxies);
  app.get('/metrics', guardMetrics(token), (_request, response) => {
    response.send('figures');
  });
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status;
}

describe('who may read /metrics', () => {
  it('is this machine and private networks, also through the proxy', async () => {
    expect(await read(undefined)).toBe(200);
    expect(await read(undefined, { 'x-forwarded-for': '203.0.113.9, 10.1.2.3' })).toBe(200);
  });

  it('is nobody from outside, whatever they write into the header', async () => {
    expect(await read(undefined, { 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    expect(await read(undefined, { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' })).toBe(403);
    expect(await read(undefined, { 'x-forwarded-for': 'localhost' })).toBe(403);
  });

  it('is nobody behind a proxy that was not declared, for its address is not theirs', async () => {
    expect(await read(undefined, { 'x-forwarded-for': '203.0.113.9' }, 0)).toBe(403);
    expect(await read(undefined, {}, 0)).toBe(200);
  });

  it('is whoever shows the token, once there is one, and nobody else', async () => {
    const token = 'a-token-of-the-scraper';
    expect(await read(token, { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' })).toBe(
      200,
    );
    expect(await read(token)).toBe(403);
    expect(await read(token, { authorization: 'Bearer a-token-of-the-scrapes' })).toBe(403);
  });

  it.each(['127.0.0.1', '::1', '10.0.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', '::ffff:10.0.0.1'])(
    'takes %s for internal',
    (address) => expect(isInternalAddress(address)).toBe(true),
  );

  it.each([undefined, '', 'localhost', '8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8'])(
    'takes %s for external',
    (address) => expect(isInternalAddress(address)).toBe(false),
  );
});
