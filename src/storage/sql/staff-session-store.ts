import type { Clock } from '../../core/ports.ts';
import type { StaffSession, StaffSessionStore } from '../../core/staff.ts';
import type { Queryable } from './database.ts';

/** Signed-in browsers in SQL, for deployments without Redis. */
export function createSqlStaffSessionStore(
  database: Queryable,
  clock: Clock,
): StaffSessionStore & { purgeExpired(): Promise<number> } {
  return {
    async read(key) {
      const { rows } = await database.query<{ session: StaffSession }>(
        'select session from staff_session where key = $1 and expires_at > $2',
        [key, clock.now()],
      );
      return rows[0]?.session;
    },
    async write(key, session, ttlSeconds) {
      await database.query(
        `insert into staff_session (key, session, expires_at) values ($1, $2::jsonb, $3)
         on conflict (key) do update set session = excluded.session, expires_at = excluded.expires_at`,
        [key, JSON.stringify(session), new Date(clock.now().getTime() + ttlSeconds * 1000)],
      );
    },
    async remove(key) {
      await database.query('delete from staff_session where key = $1', [key]);
    },
    /** Deletes what has expired; returns how many. */
    async purgeExpired() {
      const { rowCount } = await database.query('delete from staff_session where expires_at <= $1', [
        clock.now(),
      ]);
      return rowCount;
    },
  };
}
