import { AppError } from '../../core/errors.ts';
import type { StaffSession, StaffSessionStore } from '../../core/staff.ts';
import type { RedisClient } from './client.ts';

const prefix = 'tthc:staff-session:';
/** Compares and sets as one step. What was parsed is written in the same order again, so texts may be compared. */
const updateScript = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
  return 1`;

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
    async create(key, session, ttlSeconds) {
      await attempt(() => client.set(prefix + key, JSON.stringify(session), 'EX', ttlSeconds));
    },
    async update(key, read, next, ttlSeconds) {
      const [before, after] = [JSON.stringify(read), JSON.stringify(next)];
      return (
        (await attempt(() => client.eval(updateScript, 1, prefix + key, before, after, ttlSeconds))) === 1
      );
    },
    async take(key) {
      const text = await attempt(() => client.getdel(prefix + key));
      return text === null ? undefined : (JSON.parse(text) as StaffSession);
    },
  };
}
