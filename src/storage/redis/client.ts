import { Redis } from 'ioredis';
import { errorMessage } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';

/** A command that takes longer is given up: what Redis holds is never worth a citizen's waiting. */
const commandTimeoutMs = 1_000;
const longestReconnectMs = 2_000;

export type RedisClient = Redis;

/**
 * A Redis client that reconnects for ever and fails fast meanwhile. Connects in the background: a deployment starts
 * without Redis too. The first failure of an outage is logged, and its end.
 */
export function createRedisClient(url: string, logger: Logger): RedisClient {
  const client = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // The reads and writes of one batch of events go out together.
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(100 * attempt, longestReconnectMs),
  });
  let down = false;
  client.on('error', (error: unknown) => {
    if (!down)
      logger.warn({ error: errorMessage(error) }, 'Redis cannot be reached; conversations may lose context');
    down = true;
  });
  client.on('ready', () => {
    if (down) logger.info({}, 'Redis is back');
    down = false;
  });
  return client;
}

/** Waits until the client is connected, at most `ms`; false when it is not. */
export async function waitForRedis(client: RedisClient, ms: number): Promise<boolean> {
  if (client.status === 'ready') return true;
  return new Promise((resolve) => {
    const settle = (ready: boolean) => {
      clearTimeout(timer);
      client.off('ready', onReady);
      resolve(ready);
    };
    const onReady = () => settle(true);
    const timer = setTimeout(() => settle(false), ms);
    client.once('ready', onReady);
  });
}
