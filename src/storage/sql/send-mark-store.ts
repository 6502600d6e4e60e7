import type { SendMarkStore } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { Queryable } from './database.ts';

type Result = Parameters<SendMarkStore['end']>[0][number];

/** Results of sends that end within this time go into one statement. */
const endWindowMs = 1;
const endMaxItems = 500;

/** Send marks in SQL; each call is one statement however many messages it covers, and concurrent ends share one. */
export function createSendMarkStore(
  database: Queryable,
): SendMarkStore & { purge(olderThanDays: number): Promise<number> } {
  const endTogether = createGroupCommit<Result, void>(
    async (results) => {
      await database.query(
        `update send_mark m set status = r.status, message_id = r.message_id, code = r.code, ended_at = clock_timestamp()
         from jsonb_to_recordset($1::jsonb) as r(key text, status text, message_id text, code text)
         where m.key = r.key`,
        [
          JSON.stringify(
            results.map(({ key, status, messageId, code }) => ({ key, status, message_id: messageId, code })),
          ),
        ],
      );
      return results.map(() => undefined);
    },
    { windowMs: endWindowMs, maxItems: endMaxItems },
  );
  return {
    async begin(keys) {
      if (keys.length === 0) return [];
      // The select reads the state before this statement, the insert changes it: one round trip says both.
      const { rows } = await database.query<{
        key: string;
        attempts: number;
        status: string | null;
        message_id: string | null;
      }>(
        `with input as (select distinct key from unnest($1::text[]) as u(key)),
         known as (select key, attempts, status, message_id from send_mark where key = any($1::text[])),
         marked as (
           insert into send_mark (key, attempts) select key, 1 from input order by key
           on conflict (key) do update set attempts = send_mark.attempts + 1, begun_at = clock_timestamp(),
             status = case when send_mark.status = 'sent' then send_mark.status end
           returning key
         )
         select known.* from known`,
        [[...keys]],
      );
      const known = new Map(
        rows.map((row) => [
          row.key,
          { attempts: row.attempts, status: row.status, messageId: row.message_id },
        ]),
      );
      return keys.map((key) => known.get(key));
    },
    async end(results) {
      await endTogether(results);
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
