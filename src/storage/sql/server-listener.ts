import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorMessage } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';
import type { Database } from './database.ts';

type OnNotify = (payload: string) => void;

const reconnectFirstMs = 200;
const reconnectLongestMs = 5_000;

/**
 * Notifications from a PostgreSQL server over one connection of its own, which is opened with the first subscription and
 * reopened whenever it breaks. A subscriber that cannot be served now is served once the server is back.
 */
export function createServerListener(
  connectionString: string,
  logger: Logger,
): Pick<Database, 'listen' | 'close'> {
  const subscribers = new Map<string, Set<OnNotify>>();
  const stopped = new AbortController();
  let client: pg.Client | undefined;
  let connecting: Promise<void> | undefined;
  /** The connection takes one statement after the other. */
  let lastStatement: Promise<unknown> = Promise.resolve();

  /** A connection that breaks meanwhile is reopened with all subscriptions, so a failure here needs no care. */
  function say(statement: string): Promise<void> {
    const done = lastStatement.then(async () => {
      await client?.query(statement).catch(() => undefined);
    });
    lastStatement = done;
    return done;
  }

  async function connectOnce(): Promise<void> {
    const fresh = new pg.Client({ connectionString, keepAlive: true, application_name: 'tthc-listen' });
    const onGone = () => {
      if (client !== fresh) return;
      client = undefined;
      if (!stopped.signal.aborted) void ensureConnected();
    };
    fresh.on('error', onGone);
    fresh.on('end', onGone);
    fresh.on('notification', ({ channel, payload }) => {
      for (const onNotify of subscribers.get(channel) ?? []) onNotify(payload ?? '');
    });
    try {
      await fresh.connect();
      for (const channel of subscribers.keys()) await fresh.query(`listen ${channel}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    client = fresh;
  }

  async function connectUntilDone(): Promise<void> {
    let delayMs = reconnectFirstMs;
    let failures = 0;
    while (!stopped.signal.aborted) {
      try {
        await connectOnce();
        if (failures > 0) for (const set of subscribers.values()) for (const onNotify of set) onNotify('');
        return;
      } catch (error) {
        failures += 1;
        if (failures === 1) {
          logger.warn(
            { error: errorMessage(error) },
            'no connection for database notifications; polling meanwhile',
          );
        }
        await sleep(delayMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, reconnectLongestMs);
      }
    }
  }

  function ensureConnected(): Promise<void> {
    connecting ??= connectUntilDone().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  return {
    async listen(channel, onNotify) {
      const known = subscribers.get(channel);
      if (known === undefined) subscribers.set(channel, new Set([onNotify]));
      else known.add(onNotify);
      if (client === undefined) await ensureConnected();
      // `ensureConnected` may have been under way before this channel was known; LISTEN twice does no harm.
      await say(`listen ${channel}`);
      return async () => {
        const set = subscribers.get(channel);
        set?.delete(onNotify);
        if (set?.size !== 0) return;
        subscribers.delete(channel);
        await say(`unlisten ${channel}`);
      };
    },
    async close() {
      stopped.abort();
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
