import type { Clock } from '../../core/ports.ts';
import type { StaffSession, StaffSessionStore } from '../../core/staff.ts';
import type { Queryable } from './database.ts';

/** Signed-in browsers in SQL, for deployments without Redis. */
export function createSqlStaffSessionStore(
  database: Queryable,
  clock: Clock,
): StaffSessionStore & { purgeExpired(): Promise<number> } {
  const after = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
  return {
    async read(key) {
      const { rows } = await database.query<{ session: StaffSession }>(
        'select session from staff_session where key = $1 and expires_at > $2',
        [key, clock.now()],
      );
      return rows[0]?.session;
    },
    async create(key, session, ttlSeconds) {
      await database.query(
        'insert into staff_session (key, session, expires_at) values ($1, $2::jsonb, $3)',
        [key, JSON.stringify(session), after(ttlSeconds)],
      );
    },
    async update(key, read, next, ttlSeconds) {
      const { rowCount } = await database.query(
        'update staff_session set session = $3::jsonb, expires_at = $4 where key = $1 and session = $2::jsonb',
        [key, JSON.stringify(read), JSON.stringify(next), after(ttlSeconds)],
      );
      return rowCount > 0;
    },
    async take(key) {
      const { rows } = await database.query<{ session: StaffSession }>(
        'delete from staff_session where key = $1 returning session',
        [key],
      );
      return rows[0]?.session;
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
