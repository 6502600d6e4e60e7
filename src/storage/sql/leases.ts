import { randomUUID } from 'node:crypto';
import type { Leases } from '../../core/ports.ts';
import type { Queryable } from './database.ts';

/** Long enough that a paused process does not lose a lease, short enough that a killed one does not block for long. */
const leaseSeconds = 30;
const renewEveryMs = 10_000;
/** A lease that ends later than this was taken while the clock had jumped ahead, and would block until it is there again. */
const bogusAfterSeconds = 600;

/** Tries to take a lease for `holder`; true when it is held now. */
async function takeLease(database: Queryable, name: string, holder: string): Promise<boolean> {
  const { rows } = await database.query(
    `insert into lease (name, holder, expires_at) values ($1, $2, clock_timestamp() + $3 * interval '1 second')
     on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where lease.expires_at < clock_timestamp() or lease.holder = excluded.holder
         or lease.expires_at > clock_timestamp() + $4 * interval '1 second'
     returning name`,
    [name, holder, leaseSeconds, bogusAfterSeconds],
  );
  return rows.length > 0;
}

/** Leases as rows with an expiry: no connection is held, so work may call a platform, and it works embedded too. */
export function createSqlLeases(database: Queryable): Leases {
  return {
    async tryRun(name, work) {
      const holder = randomUUID();
      if (!(await takeLease(database, name, holder))) return { ran: false };
      const renewal = setInterval(() => {
        // A renewal that fails is made up for by the next; the lease outlives two of them.
        takeLease(database, name, holder).catch(() => undefined);
      }, renewEveryMs);
      renewal.unref();
      try {
        return { ran: true, result: await work() };
      } finally {
        clearInterval(renewal);
        // Without this the lease would just run out by itself.
        await database
          .query('delete from lease where name = $1 and holder = $2', [name, holder])
          .catch(() => undefined);
      }
    },
  };
}
