import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '../../core/ports.ts';
import type { RedisClient } from './client.ts';

export interface RateLimiterOptions {
  /** Tells limiters apart that count the same keys. */
  name: string;
  /** Actions per key … */
  points: number;
  /** … in a span of this many seconds. */
  durationSeconds: number;
  /** Shared through Redis when there is one; without (or while it is away) each process counts for itself. */
  redis?: RedisClient;
}

/** Counts actions in fixed spans that begin with a key's first action. */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const budget = {
    keyPrefix: `tthc:rate:${options.name}`,
    points: options.points,
    duration: options.durationSeconds,
  };
  const local = new RateLimiterMemory(budget);
  const limiter =
    options.redis === undefined
      ? local
      : new RateLimiterRedis({ ...budget, storeClient: options.redis, insuranceLimiter: local });
  return {
    async take(key, points = 1) {
      try {
        await limiter.consume(key, points);
        return { allowed: true, retryAfterMs: 0 };
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) {
          return { allowed: false, retryAfterMs: Math.max(1, refusal.msBeforeNext) };
        }
        // Counting failed: being unable to count is no reason to turn a citizen away.
        return { allowed: true, retryAfterMs: 0 };
      }
    },
  };
}
