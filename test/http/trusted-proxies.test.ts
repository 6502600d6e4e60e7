import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { Router } from 'express';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { silentLogger } from '../services/silent-logger.ts';

/** The visitor's address as limits see it, for one who claims to come from elsewhere. */
async function addressSeen(trustedProxies: number, forwardedFor: string): Promise<string> {
  const web = Router().get('/address', (request, response) => {
    response.send(request.ip);
  });
  const app = createApp({
    ...{ trustedProxies, web, webhooks: Router(), health: Router(), rooms: [], logger: silentLogger },
    tracing: (_request, _response, next) => next(),
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/address`, {
    headers: { 'x-forwarded-for': forwardedFor },
  });
  const text = await response.text();
  server.closeAllConnections();
  server.close();
  return text;
}

it('believes what a visitor says of their address only as far as proxies of ours stand in front', async () => {
  expect(readConfig({}).trustedProxies).toBe(0);
  expect(readConfig({ TRUSTED_PROXIES: '1' }).trustedProxies).toBe(1);
  expect(() => readConfig({ TRUSTED_PROXIES: 'all' })).toThrow('TRUSTED_PROXIES');
  expect(await addressSeen(0, '203.0.113.9')).toBe('127.0.0.1');
  // The last address is the one that our proxy added; what stands before it the visitor may have made up.
  expect(await addressSeen(1, '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
});
