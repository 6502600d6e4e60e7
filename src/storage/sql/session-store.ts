import type { Clock, SessionStore } from '../../core/ports.ts';
import type { SessionState } from '../../core/session.ts';
import { createGroupCommit } from '../group-commit.ts';
import { instantArray, jsonbArray, textArray } from './binary-array.ts';
import type { Queryable } from './database.ts';
import { toStorableJson } from './storable.ts';

interface Write {
  citizen: string;
  state: SessionState;
  expiresAt: string;
}

/** Reads and writes of one batch of events come together and become one statement each. */
const together = { windowMs: 0, maxItems: 500 };

/** Conversation state in SQL, for deployments without Redis. */
export function createSqlSessionStore(
  database: Queryable,
  clock: Clock,
): SessionStore & { purgeExpired(): Promise<number> } {
  const readTogether = createGroupCommit<string, SessionState | undefined>(async (citizens) => {
    const { rows } = await database.query<{ citizen: string; state: SessionState }>(
      'select citizen, state from session where citizen = any($1::text[]) and expires_at > $2',
      [textArray(citizens), clock.now()],
    );
    const found = new Map(rows.map(({ citizen, state }) => [citizen, state]));
    return citizens.map((citizen) => found.get(citizen));
  }, together);

  // Without waiting for the disk: when the state is lost, so is the mark that its event was handled, and it is again.
  const writeTogether = createGroupCommit<Write, undefined>(async (writes) => {
    // The last write of a citizen counts; one statement may not touch a row twice.
    const last = [...new Map(writes.map((write) => [write.citizen, write])).values()];
    await database.query(
      `insert into session (citizen, state, expires_at)
       select citizen, state, expires_at
       from (select set_config('synchronous_commit', 'off', true)) as unflushed,
         unnest($1::text[], $2::jsonb[], $3::timestamptz[]) as r(citizen, state, expires_at)
       order by citizen
       on conflict (citizen) do update set state = excluded.state, expires_at = excluded.expires_at`,
      [
        textArray(last.map(({ citizen }) => citizen)),
        jsonbArray(last.map(({ state }) => toStorableJson(state))),
        instantArray(last.map(({ expiresAt }) => expiresAt)),
      ],
    );
    return writes.map(() => undefined);
  }, together);

  return {
    async read(citizen) {
      const [state] = await readTogether([citizen]);
      return state;
    },
    async write(citizen, state, ttlSeconds) {
      const expiresAt = new Date(clock.now().getTime() + ttlSeconds * 1000).toISOString();
      await writeTogether([{ citizen, state, expiresAt }]);
    },
    async remove(citizen) {
      await database.query('delete from session where citizen = $1', [citizen]);
    },
    /** Deletes what has expired; returns how many. */
    async purgeExpired() {
      const { rowCount } = await database.query('delete from session where expires_at <= $1', [clock.now()]);
      return rowCount;
    },
  };
}
