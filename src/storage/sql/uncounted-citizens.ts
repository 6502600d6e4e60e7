import type { UncountedCitizen, UncountedCitizens } from '../../core/uncounted.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

/** Accounts that no figure counts, in SQL. Figures of filed reports are frozen and do not change by it. */
export function createUncountedCitizens(database: Queryable): UncountedCitizens {
  return {
    async mark({ unitId, citizen, reason, markedBy, markedAt }) {
      const { rowCount } = await database.query(
        `insert into uncounted_citizen (unit_id, citizen, reason, marked_by, marked_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [unitId, citizen, toStorable(reason), markedBy, markedAt],
      );
      return rowCount > 0;
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
