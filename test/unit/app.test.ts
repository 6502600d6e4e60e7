import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { createApp } from '../../src/app.ts';
import { createRecordingLogger } from '../services/silent-logger.ts';

const logger = createRecordingLogger();
let server: Server;
let base: string;

beforeAll(async () => {
  const room = Router();
  room.get('/page', (_request, response) => void response.send('a page'));
  room.get('/page/:id', (_request, response) => void response.send('another'));
  room.get('/broken', () => {
    throw new Error('relation "staff_user" does not exist in /srv/tthc');
  });
  room.get('/refused', () => {
    throw Object.assign(new Error('what the caller sent: 0912345678'), { status: 400 });
  });
  const app = createApp({
    tracing: (_request, _response, next) => next(),
    webhooks: Router(),
    health: Router(),
    web: Router(),
    rooms: [room],
    trustedProxies: 0,
    logger,
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

describe('every page', () => {
  it.each(['/page', '/nowhere', '/broken', '/refused'])(
    '%s comes with the headers of a safe one',
    async (path) => {
      const { headers } = await fetch(`${base}${path}`);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age=31536000'),
        'x-frame-options': 'SAMEORIGIN',
      });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('what goes wrong', () => {
  it('is told to nobody but the log', async () => {
    const response = await fetch(`${base}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/staff_user|srv|at .*\.ts/);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', message: 'a request failed' });
  });

  it.each([
    ['/refused', 400],
    ['/page/%E0%A4%A', 400],
    ['/nowhere', 404],
  ])('in %s is answered by %i and a common sentence', async (path, status) => {
    const response = await fetch(`${base}${path}`);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).not.toMatch(/0912345678|URIError|at .*\.ts/);
    expect(text.length).toBeLessThan(100);
  });
});
