import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newSession } from '../../../../src/core/session.ts';
import { createRedisClient, waitForRedis, type RedisClient } from '../../../../src/storage/redis/client.ts';
import { createRateLimiter } from '../../../../src/storage/redis/rate-limiter.ts';
import { createRedisSessionStore } from '../../../../src/storage/redis/session-store.ts';
import { findFreePort } from '../../../services/commands.ts';
import { startRedisServer, type RedisServer } from '../../../services/redis-server.ts';
import { createRecordingLogger } from '../../../services/silent-logger.ts';
import { uniqueId } from '../../../services/storage-fixtures.ts';

jest.setTimeout(60_000);

const session = newSession(new Date('2026-11-22T00:00:00Z'));

describe('when Redis is away', () => {
  let server: RedisServer | undefined;
  let client: RedisClient | undefined;
  afterEach(async () => {
    client?.disconnect();
    await server?.stop();
    server = undefined;
  });

  it('loses context with a warning, quickly, and works again when Redis is back', async () => {
    const logger = createRecordingLogger();
    server = await startRedisServer();
    client = createRedisClient(server.url, logger);
    expect(await waitForRedis(client, 5_000)).toBe(true);
    const store = createRedisSessionStore(client, logger);
    await store.write('c', session, 60);
    await server.stop();
    const startedAt = performance.now();
    expect(await store.read('c')).toBeUndefined();
    await store.write('c', session, 60);
    await store.remove('c');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(logger.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThanOrEqual(3);
    server = await startRedisServer(server.port);
    expect(await waitForRedis(client, 10_000)).toBe(true);
    await store.write('c', session, 60);
    expect(await store.read('c')).toEqual(session);
  });

  it('starts without Redis, and reports the outage once', async () => {
    const logger = createRecordingLogger();
    client = createRedisClient(`redis://127.0.0.1:${await findFreePort()}`, logger);
    expect(await waitForRedis(client, 500)).toBe(false);
    expect(await createRedisSessionStore(client, logger).read('c')).toBeUndefined();
    expect(logger.lines.filter(({ message }) => message.startsWith('Redis cannot be reached'))).toHaveLength(
      1,
    );
  });

  it('counts by itself while Redis is away', async () => {
    const logger = createRecordingLogger();
    client = createRedisClient(`redis://127.0.0.1:${await findFreePort()}`, logger);
    const limiter = createRateLimiter({
      name: uniqueId('limit'),
      points: 2,
      durationSeconds: 60,
      redis: client,
    });
    const results = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
    expect(results.map(({ allowed }) => allowed)).toEqual([true, true, false]);
  });

  it('shares a budget between processes through Redis', async () => {
    const logger = createRecordingLogger();
    server = await startRedisServer();
    client = createRedisClient(server.url, logger);
    await waitForRedis(client, 5_000);
    const options = { name: uniqueId('limit'), points: 3, durationSeconds: 1, redis: client };
    const [one, other] = [createRateLimiter(options), createRateLimiter(options)];
    const results = [
      await one.take('a'),
      await other.take('a', 2),
      await one.take('a'),
      await other.take('b'),
    ];
    expect(results.map(({ allowed }) => allowed)).toEqual([true, true, false, true]);
    const wait = results[2]?.retryAfterMs ?? 0;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(1_000);
    await sleep(wait + 50);
    expect((await one.take('a')).allowed).toBe(true);
  });
});

describe('rate limit without Redis', () => {
  it('allows what the budget allows, per key', async () => {
    const limiter = createRateLimiter({ name: uniqueId('limit'), points: 1, durationSeconds: 60 });
    expect(await limiter.take('a')).toEqual({ allowed: true, retryAfterMs: 0 });
    const refused = await limiter.take('a');
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterMs).toBeGreaterThan(50_000);
    expect((await limiter.take('b')).allowed).toBe(true);
  });
});
