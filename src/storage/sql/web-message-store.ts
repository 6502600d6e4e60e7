import type { SecretBox } from '../../core/ports.ts';
import type { Queryable } from './database.ts';

interface WebMessage {
  text: string;
  buttons: unknown;
}

interface WebMessageRow extends WebMessage {
  sequence: number;
}

const fetchedAtMost = 50;

const sealContext = 'web-message';

/**
 * Replies of the web chat, kept for pages that reconnect and for pages that another process serves. They lie sealed by
 * `box`: an officer's words may be among them.
 */
export function createWebMessageStore(
  database: Queryable,
  box: SecretBox,
): {
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
        'insert into web_message (visitor, id, sealed) values ($1, $2, $3) on conflict (id) do nothing',
        [visitor, id, box.seal(Buffer.from(JSON.stringify({ text, buttons }), 'utf8'), sealContext)],
      );
    },
    async after(visitor, sequence) {
      const { rows } = await database.query<WebMessageRow & { sealed: Uint8Array | null }>(
        `select sequence, text, buttons, sealed from web_message where visitor = $1 and sequence > $2 order by sequence limit ${fetchedAtMost}`,
        [visitor, sequence],
      );
      return rows.map(({ sealed, ...row }) => {
        if (sealed === null) return row;
        const opened = Buffer.from(box.open(sealed, sealContext)).toString('utf8');
        return { sequence: row.sequence, ...(JSON.parse(opened) as WebMessage) };
      });
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
