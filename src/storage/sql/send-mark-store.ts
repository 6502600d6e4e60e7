import type { SendMark, SendMarkStore } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import { textArray } from './binary-array.ts';
import type { Queryable } from './database.ts';

interface MarkRow {
  key: string;
  attempts: number;
  status: string | null;
  message_id: string | null;
}

type Result = Parameters<SendMarkStore['end']>[0][number];

// The select reads the state before this statement, the insert changes it: one round trip says both.
const beginStatement = `
  with input as (select distinct key from unnest($1::text[]) as u(key)),
  known as (select key, attempts, status, message_id from send_mark where key = any($1::text[])),
  marked as (
    insert into send_mark (key, attempts) select key, 1 from input order by key collate "C"
    on conflict (key) do update set attempts = send_mark.attempts + 1, begun_at = clock_timestamp(),
      status = case when send_mark.status = 'sent' then send_mark.status end
    returning key
  )
  select known.* from known`;

// A first attempt has no mark until it ends.
const endStatement = `
  insert into send_mark (key, attempts, status, message_id, code, ended_at)
  select key, 1, status, message_id, code, clock_timestamp()
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as r(key, status, message_id, code)
  order by key collate "C"
  on conflict (key) do update
  set status = excluded.status, message_id = excluded.message_id, code = excluded.code, ended_at = excluded.ended_at`;

/** Send marks in SQL. Calls of the same moment become one statement. */
export function createSendMarkStore(
  database: Queryable,
): SendMarkStore & { purge(olderThanDays: number): Promise<number> } {
  const endTogether = createGroupCommit<Result, undefined>(
    async (results) => {
      const last = [...new Map(results.map((result) => [result.key, result])).values()];
      await database.query(endStatement, [
        textArray(last.map(({ key }) => key)),
        textArray(last.map(({ status }) => status)),
        textArray(last.map(({ messageId }) => messageId)),
        textArray(last.map(({ code }) => code)),
      ]);
      return results.map(() => undefined);
    },
    { windowMs: 1, maxItems: 500 },
  );

  return {
    async begin(keys) {
      if (keys.length === 0) return [];
      const { rows } = await database.query<MarkRow>(beginStatement, [[...keys]]);
      const known = new Map<string, SendMark>(
        rows.map(({ key, attempts, status, message_id: messageId }) => [
          key,
          { attempts, status, messageId },
        ]),
      );
      return keys.map((key) => known.get(key));
    },
    async end(results) {
      if (results.length > 0) await endTogether(results);
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
