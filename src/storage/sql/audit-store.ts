import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

/** One act of a member of staff or of the system. `before` and `after` hold what changed, without citizens' words. */
export interface AuditRecord {
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  unitId: string | null;
  /** Stable word such as `content.publish`. */
  action: string;
  /** What was acted on, e.g. `topic:birth-registration`. */
  subject: string;
  before: unknown;
  after: unknown;
}

export interface AuditStore {
  append(record: AuditRecord): Promise<void>;
  /** Newest first; `before` is the `seq` below which to go on. */
  list(options: { limit: number; before?: number }): Promise<(AuditRecord & { seq: number })[]>;
}

function toJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(toStorable(value));
}

/** Acts in SQL, append-only. Takes a transaction too, so that an act and its record stand or fall together. */
export function createAuditStore(database: Queryable): AuditStore {
  return {
    async append(record) {
      await database.query(
        `insert into audit (at, actor, unit_id, action, subject, before, after)
         values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)`,
        [
          record.at,
          record.actor,
          record.unitId,
          record.action,
          record.subject,
          toJson(record.before),
          toJson(record.after),
        ],
      );
    },
    async list({ limit, before }) {
      const { rows } = await database.query<Omit<AuditRecord, 'at'> & { at: Date; seq: number }>(
        `select seq, at, actor, unit_id as "unitId", action, subject, before, after from audit
         where seq < coalesce($2::bigint, 9223372036854775807) order by seq desc limit $1`,
        [limit, before ?? null],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
  };
}
