import type { AuditRecord, AuditStore } from '../../core/audit.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

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
    async list({ limit, before, unitId, actor, action, from, to }) {
      const { rows } = await database.query<Omit<AuditRecord, 'at'> & { at: Date; seq: number }>(
        `select seq, at, actor, unit_id as "unitId", action, subject, before, after from audit
         where seq < coalesce($2::bigint, 9223372036854775807)
           and ($3::text is null or coalesce(unit_id, '_system') = $3)
           and ($4::text is null or actor = $4)
           and ($5::text is null or action = $5 or starts_with(action, $5 || '.'))
           and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
         order by seq desc limit $1`,
        [limit, before ?? null, unitId ?? null, actor ?? null, action ?? null, from ?? null, to ?? null],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
  };
}
