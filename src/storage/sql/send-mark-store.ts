import type { MessagePart, SendMark, SendMarkStore } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import { integerArray, textArray } from './binary-array.ts';
import type { Queryable } from './database.ts';

type End = Parameters<SendMarkStore['end']>[0][number];

/**
 * The select reads the state before this statement, the insert changes it: one round trip says both. Of what the log
 * tells of a message, that it went out counts first.
 */
const beginStatement = `
  with message as (
    select distinct interaction_id, part, interaction_id || ':' || part as key
    from unnest($1::text[], $2::integer[]) as u(interaction_id, part)
  ), marked as (
    insert into send_mark (key, attempts) select key, 1 from message order by key collate "C"
    on conflict (key) do update
    set attempts = send_mark.attempts + 1, begun_at = clock_timestamp(), status = null
  )
  select message.key, coalesce(mark.attempts, 0) as attempts,
    coalesce(told.status, mark.status) as status, coalesce(told.message_id, mark.message_id) as "messageId"
  from message
  left join send_mark mark on mark.key = message.key
  left join lateral (
    select status, message_id from delivery
    where delivery.interaction_id = message.interaction_id and delivery.part = message.part
    order by status <> 'sent', seq limit 1
  ) told on true
  where mark.key is not null or told.status is not null`;

const endStatement = `
  insert into send_mark (key, attempts, status, code, ended_at)
  select key, 1, status, code, clock_timestamp()
  from unnest($1::text[], $2::text[], $3::text[]) as r(key, status, code)
  order by key collate "C"
  on conflict (key) do update
  set status = excluded.status, code = excluded.code, ended_at = excluded.ended_at`;

/** Send marks in SQL. Calls of the same moment become one statement. */
export function createSendMarkStore(
  database: Queryable,
): SendMarkStore & { purge(olderThanDays: number): Promise<number> } {
  const endTogether = createGroupCommit<End, undefined>(
    async (ends) => {
      const last = [...new Map(ends.map((end) => [keyOf(end), end]))];
      await database.query(endStatement, [
        textArray(last.map(([key]) => key)),
        textArray(last.map(([, { status }]) => status)),
        textArray(last.map(([, { code }]) => code)),
      ]);
      return ends.map(() => undefined);
    },
    { windowMs: 1, maxItems: 500 },
  );

  return {
    async begin(messages) {
      if (messages.length === 0) return [];
      const { rows } = await database.query<SendMark & { key: string }>(beginStatement, [
        textArray(messages.map(({ interactionId }) => interactionId)),
        integerArray(messages.map(({ part }) => part)),
      ]);
      const known = new Map(rows.map(({ key, ...mark }) => [key, mark]));
      return messages.map((message) => known.get(keyOf(message)));
    },
    async end(ends) {
      if (ends.length > 0) await endTogether(ends);
    },
    async purge(olderThanDays) {
      const { rowCount } = await database.query(
        `delete from send_mark where begun_at < clock_timestamp() - $1 * interval '1 day'`,
        [olderThanDays],
      );
      return rowCount;
    },
  };
}

function keyOf({ interactionId, part }: MessagePart): string {
  return `${interactionId}:${part}`;
}
