import { errorMessage } from '../../core/errors.ts';
import type { Logger, SessionStore } from '../../core/ports.ts';
import type { SessionState } from '../../core/session.ts';
import type { RedisClient } from './client.ts';

const prefix = 'tthc:session:';

/**
 * Conversation state in Redis. When Redis cannot serve, a read finds nothing and a write is lost, each with a warning:
 * a conversation may lose its context, but no message is lost.
 */
export function createRedisSessionStore(client: RedisClient, logger: Logger): SessionStore {
  async function attempt<T>(action: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      logger.warn({ action, error: errorMessage(error) }, 'session state is not available');
      return undefined;
    }
  }
  return {
    async read(citizen) {
      const text = await attempt('read', () => client.get(prefix + citizen));
      if (text === undefined || text === null) return undefined;
      return attempt('read', async () => JSON.parse(text) as SessionState);
    },
    async write(citizen, state, ttlSeconds) {
      await attempt('write', () => client.set(prefix + citizen, JSON.stringify(state), 'EX', ttlSeconds));
    },
    async remove(citizen) {
      await attempt('remove', () => client.del(prefix + citizen));
    },
  };
}
