import type { Clock, SessionStore } from '../../core/ports.ts';
import type { SessionState } from '../../core/session.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

/** Conversation state in SQL, for deployments without Redis. */
export function createSqlSessionStore(
  database: Queryable,
  clock: Clock,
): SessionStore & { purgeExpired(): Promise<number> } {
  return {
    async read(citizen) {
      const { rows } = await database.query<{ state: SessionState }>(
        'select state from session where citizen = $1 and expires_at > $2',
        [citizen, clock.now()],
      );
      return rows[0]?.state;
    },
    async write(citizen, state, ttlSeconds) {
      const expiresAt = new Date(clock.now().getTime() + ttlSeconds * 1000);
      await database.query(
        `insert into session (citizen, state, expires_at) values ($1, $2::jsonb, $3)
         on conflict (citizen) do update set state = excluded.state, expires_at = excluded.expires_at`,
        [citizen, JSON.stringify(toStorable(state)), expiresAt],
      );
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
