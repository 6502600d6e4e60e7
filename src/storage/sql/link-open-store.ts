import type { Queryable } from './database.ts';

/** How often a link was opened in an hour; nobody is named. */
export interface LinkOpens {
  unitId: string;
  url: string;
  opens: number;
  /** The start of the hour, ISO 8601 in UTC. */
  at: string;
}

export interface LinkOpenStore {
  append(opens: readonly LinkOpens[]): Promise<void>;
}

/** Openings of links in SQL, append-only: several rows of one hour add up. */
export function createLinkOpenStore(database: Queryable): LinkOpenStore {
  return {
    async append(opens) {
      if (opens.length === 0) return;
      await database.query(
        `insert into link_open (unit_id, url, opens, at)
         select "unitId", url, opens, at
         from jsonb_to_recordset($1::jsonb) as r("unitId" text, url text, opens integer, at timestamptz)`,
        [JSON.stringify(opens)],
      );
    },
  };
}
