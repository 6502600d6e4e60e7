import type { HandoverEntry, HandoverMoment, HandoverStore } from '../../core/handover.ts';
import type { Queryable } from './database.ts';

type Instant = 'openedAt' | 'windowUntil' | 'silentUntil' | 'lastMessageAt';
type OptionalInstant = 'answeredAt' | 'assignedAt' | 'returnedAt';
type Row = Omit<HandoverEntry, Instant | OptionalInstant> &
  Record<Instant, Date> &
  Record<OptionalInstant, Date | null>;

const columns = `id, unit_id as "unitId", channel, citizen, reason, test, opened_at as "openedAt",
  window_until as "windowUntil", silent_until as "silentUntil", last_message_at as "lastMessageAt",
  answered_at as "answeredAt", assigned_to as "assignedTo", assigned_at as "assignedAt",
  returned_at as "returnedAt", returned_by as "returnedBy"`;

/** Hand-overs in SQL. Whether one is open is decided by the database, so two officers cannot take one. */
export function createHandoverStore(database: Queryable): HandoverStore {
  async function one(query: string, parameters: readonly unknown[]): Promise<HandoverEntry | undefined> {
    const { rows } = await database.query<Row>(query, parameters);
    return rows[0] === undefined ? undefined : toEntry(rows[0]);
  }

  async function open(moment: HandoverMoment, answeredAt: string | null): Promise<void> {
    await database.query(
      `insert into handover (id, unit_id, channel, citizen, reason, test, opened_at, last_message_at, window_until,
         silent_until, answered_at, address)
       values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11) on conflict do nothing`,
      [
        moment.id,
        moment.unitId,
        moment.channel,
        moment.citizen,
        moment.reason,
        moment.test,
        moment.at,
        moment.windowUntil,
        moment.silentUntil,
        answeredAt,
        moment.address,
      ],
    );
  }

  return {
    open: (moment) => open(moment, null),
    async noteAnswer(moment) {
      const { rowCount } = await database.query(
        `update handover set answered_at = coalesce(answered_at, $2), silent_until = $3
         where citizen = $1 and returned_at is null`,
        [moment.citizen, moment.at, moment.silentUntil],
      );
      if (rowCount === 0) await open(moment, moment.at);
    },
    async noteMessage(citizen, at, windowUntil, silentUntil) {
      await database.query(
        `update handover set last_message_at = greatest(last_message_at, $2),
           window_until = greatest(window_until, $3), silent_until = greatest(silent_until, $4)
         where citizen = $1 and returned_at is null`,
        [citizen, at, windowUntil, silentUntil],
      );
    },
    async close(citizen, by, at) {
      const { rowCount } = await database.query(
        `update handover set returned_at = $3, returned_by = $2, address = null
         where citizen = $1 and returned_at is null`,
        [citizen, by, at],
      );
      return rowCount > 0;
    },
    async closeOverdue(at) {
      const { rowCount } = await database.query(
        `update handover set returned_at = $1, returned_by = 'time', address = null
         where returned_at is null and silent_until <= $1`,
        [at],
      );
      return rowCount;
    },
    async listOpen(unitId) {
      const { rows } = await database.query<Row>(
        `select ${columns} from handover where unit_id = $1 and returned_at is null order by opened_at, id`,
        [unitId],
      );
      return rows.map(toEntry);
    },
    read: (id) => one(`select ${columns} from handover where id = $1`, [id]),
    take: (id, officer, at) =>
      one(
        `update handover set assigned_to = $2, assigned_at = case when assigned_to = $2 then assigned_at else $3 end
         where id = $1 and returned_at is null and (assigned_to is null or assigned_to = $2) returning ${columns}`,
        [id, officer, at],
      ),
    assign: (id, officer, at, from) =>
      one(
        `update handover set assigned_to = $2, assigned_at = $3
         where id = $1 and returned_at is null and assigned_to is not distinct from $4 returning ${columns}`,
        [id, officer, at, from],
      ),
    async address(id) {
      const { rows } = await database.query<{ address: Uint8Array | null }>(
        'select address from handover where id = $1',
        [id],
      );
      return rows[0]?.address ?? undefined;
    },
    async addMessage(id, message) {
      await database.query(
        `insert into handover_message (handover_id, officer, text, at, interaction_id) values ($1, $2, $3, $4, $5)
         on conflict (interaction_id) do nothing`,
        [id, message.officer, message.text, message.at, message.interactionId ?? null],
      );
    },
    async messages(id) {
      const { rows } = await database.query<{ officer: string; text: string; at: Date }>(
        'select officer, text, at from handover_message where handover_id = $1 order by seq',
        [id],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
    async forget(citizen) {
      await database.query(
        'delete from handover_message m using handover h where h.id = m.handover_id and h.citizen = $1',
        [citizen],
      );
    },
    async purgeMessages(unitId, before) {
      const { rowCount } = await database.query(
        `delete from handover_message m using handover h
         where h.id = m.handover_id and h.unit_id = $1 and m.at < $2`,
        [unitId, before],
      );
      return rowCount;
    },
  };
}

function toEntry(row: Row): HandoverEntry {
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    windowUntil: row.windowUntil.toISOString(),
    silentUntil: row.silentUntil.toISOString(),
    lastMessageAt: row.lastMessageAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    assignedAt: row.assignedAt?.toISOString() ?? null,
    returnedAt: row.returnedAt?.toISOString() ?? null,
  };
}
