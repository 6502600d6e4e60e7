import type { Queryable } from './database.ts';

interface WebMessageRow {
  sequence: number;
  text: string;
  buttons: unknown;
}

const fetchedAtMost = 50;

/** Replies of the web chat, kept for pages that reconnect and for pages that another process serves. */
export function createWebMessageStore(database: Queryable): {
  add(visitor: string, id: string, message: { text: string; buttons: readonly unknown[] }): Promise<void>;
  after(visitor: string, sequence: number): Promise<WebMessageRow[]>;
  newest(visitors: readonly string[]): Promise<Map<string, number>>;
  /** Forgets a visitor's replies from before an instant (ISO 8601). */
  forget(visitor: string, before: string): Promise<void>;
  /** Forgets replies older than `hours`. */
  purge(hours: number): Promise<number>;
} {
  return {
    async add(visitor, id, { text, buttons }) {
      await database.query(
        'insert into web_message (visitor, id, text, buttons) values ($1, $2, $3, $4) on conflict (id) do nothing',
        [visitor, id, text, JSON.stringify(buttons)],
      );
    },
    async after(visitor, sequence) {
      const { rows } = await database.query<WebMessageRow>(
        `select sequence, text, buttons from web_message where visitor = $1 and sequence > $2 order by sequence limit ${fetchedAtMost}`,
        [visitor, sequence],
      );
      return rows;
    },
    async newest(visitors) {
      const { rows } = await database.query<{ visitor: string; sequence: number }>(
        `select visitor, max(sequence) as sequence from web_message where visitor = any($1) group by visitor`,
        [visitors],
      );
      return new Map(rows.map(({ visitor, sequence }) => [visitor, sequence]));
    },
    async forget(visitor, before) {
      await database.query('delete from web_message where visitor = $1 and at < $2', [visitor, before]);
    },
    async purge(hours) {
      const { rowCount } = await database.query(
        `delete from web_message where at < clock_timestamp() - $1 * interval '1 hour'`,
        [hours],
      );
      return rowCount;
    },
  };
}
