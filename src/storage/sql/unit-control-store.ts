import type { UnitControl, UnitControlStore } from '../../core/unit-control.ts';
import { createAuditStore } from './audit-store.ts';
import type { Database } from './database.ts';
import { toStorable } from './storable.ts';

const channel = 'unit_control_changed';
const columns = 'unit_id as "unitId", kind, channel, value, reason, officer, at';

type Row = Omit<UnitControl, 'at'> & { at: Date };

/** Notices and kill switches in SQL. */
export function createUnitControlStore(database: Database): UnitControlStore {
  const toControl = (row: Row) => ({ ...row, at: row.at.toISOString() }) as UnitControl;
  return {
    async append(control) {
      await database.transaction(async (tx) => {
        const { rows } = await tx.query<{ value: unknown }>(
          `select value from unit_control where unit_id = $1 and kind = $2 and channel = $3
           order by seq desc limit 1`,
          [control.unitId, control.kind, control.channel],
        );
        const value = control.value === null ? null : JSON.stringify(toStorable(control.value));
        await tx.query(
          `insert into unit_control (unit_id, kind, channel, value, reason, officer, at)
           values ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
          [
            control.unitId,
            control.kind,
            control.channel,
            value,
            toStorable(control.reason),
            control.officer,
            control.at,
          ],
        );
        await createAuditStore(tx).append({
          at: control.at,
          actor: control.officer,
          unitId: control.unitId,
          action: `unit.${control.kind}.${control.value === null ? 'end' : 'set'}`,
          subject: control.channel === '' ? `unit:${control.unitId}` : `channel:${control.channel}`,
          before: rows[0]?.value ?? null,
          after: { value: control.value, reason: control.reason },
        });
        await tx.query('select pg_notify($1, $2)', [channel, control.unitId]);
      });
    },
    async current() {
      const { rows } = await database.query<Row>(
        `select distinct on (unit_id, kind, channel) ${columns} from unit_control
         order by unit_id, kind, channel, seq desc`,
      );
      return rows.map(toControl);
    },
    async history(unitIds, limit) {
      const { rows } = await database.query<Row>(
        `select ${columns} from unit_control where unit_id = any($1::text[]) order by seq desc limit $2`,
        [[...unitIds], limit],
      );
      return rows.map(toControl);
    },
    watch: (onChange) => database.listen(channel, onChange),
  };
}
