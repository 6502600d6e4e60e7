import { AppError } from '../../core/errors.ts';
import type { StaffSession, StaffSessionStore } from '../../core/staff.ts';
import type { RedisClient } from './client.ts';

const prefix = 'tthc:staff-session:';

/** Signed-in browsers in Redis. Without it nobody is signed in: throws AppError `storage-unavailable`. */
export function createRedisStaffSessionStore(client: RedisClient): StaffSessionStore {
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new AppError(
        'storage-unavailable',
        'Redis cannot serve staff sessions now; check that it runs.',
        {
          cause,
          retryable: true,
        },
      );
    }
  }
  return {
    async read(key) {
      const text = await attempt(() => client.get(prefix + key));
      return text === null ? undefined : (JSON.parse(text) as StaffSession);
    },
    async write(key, session, ttlSeconds) {
      await attempt(() => client.set(prefix + key, JSON.stringify(session), 'EX', ttlSeconds));
    },
    async remove(key) {
      await attempt(() => client.del(prefix + key));
    },
  };
}
