import type { Queryable } from './database.ts';

/** An account that is staff's own: no figure counts it. */
export interface UncountedCitizen {
  unitId: string;
  /** Pseudonym. */
  citizen: string;
  reason: string;
  markedBy: string;
  /** ISO 8601, UTC. */
  markedAt: string;
}

export interface UncountedCitizens {
  /** Marking again changes nothing. */
  mark(entry: UncountedCitizen): Promise<void>;
  /** Whether it was marked. */
  unmark(unitId: string, citizen: string): Promise<boolean>;
  list(unitId: string): Promise<UncountedCitizen[]>;
}

/** Accounts that no figure counts, in SQL. Figures of filed reports are frozen and do not change by it. */
export function createUncountedCitizens(database: Queryable): UncountedCitizens {
  return {
    async mark({ unitId, citizen, reason, markedBy, markedAt }) {
      await database.query(
        `insert into uncounted_citizen (unit_id, citizen, reason, marked_by, marked_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [unitId, citizen, reason, markedBy, markedAt],
      );
    },
    async unmark(unitId, citizen) {
      const { rowCount } = await database.query(
        'delete from uncounted_citizen where unit_id = $1 and citizen = $2',
        [unitId, citizen],
      );
      return rowCount > 0;
    },
    async list(unitId) {
      const { rows } = await database.query<Omit<UncountedCitizen, 'markedAt'> & { markedAt: Date }>(
        `select unit_id as "unitId", citizen, reason, marked_by as "markedBy", marked_at as "markedAt"
         from uncounted_citizen where unit_id = $1 order by marked_at desc, citizen`,
        [unitId],
      );
      return rows.map((row) => ({ ...row, markedAt: row.markedAt.toISOString() }));
    },
  };
}
