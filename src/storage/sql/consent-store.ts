import type { Queryable } from './database.ts';

/** One decision of a citizen about keeping the content of messages. */
export interface ConsentRecord {
  unitId: string;
  channel: string;
  citizen: string;
  decision: 'granted' | 'declined' | 'withdrawn';
  /** Which wording of the notice the decision answers. */
  noticeVersion: string;
  /** ISO 8601, UTC. */
  at: string;
}

export interface ConsentStore {
  append(record: ConsentRecord): Promise<void>;
  /** The decision that counts now. */
  latest(citizen: string): Promise<ConsentRecord | undefined>;
  /** The wordings that a unit's citizens have answered, newest first. */
  listVersions(
    unitId: string,
  ): Promise<{ version: string; granted: number; declined: number; since: string }[]>;
}

/** Decisions in SQL; never changed, a new decision is a new row. */
export function createConsentStore(database: Queryable): ConsentStore {
  return {
    async append(record) {
      await database.query(
        'insert into consent (unit_id, channel, citizen, decision, notice_version, at) values ($1, $2, $3, $4, $5, $6)',
        [record.unitId, record.channel, record.citizen, record.decision, record.noticeVersion, record.at],
      );
    },
    async latest(citizen) {
      const { rows } = await database.query<Omit<ConsentRecord, 'at'> & { at: Date }>(
        `select unit_id as "unitId", channel, citizen, decision, notice_version as "noticeVersion", at
         from consent where citizen = $1 order by seq desc limit 1`,
        [citizen],
      );
      const row = rows[0];
      return row === undefined ? undefined : { ...row, at: row.at.toISOString() };
    },
    async listVersions(unitId) {
      const { rows } = await database.query<{
        version: string;
        granted: number;
        declined: number;
        since: Date;
      }>(
        `select notice_version as version, (count(*) filter (where decision = 'granted'))::int as granted,
           (count(*) filter (where decision = 'declined'))::int as declined, min(at) as since
         from consent where unit_id = $1 and decision <> 'withdrawn' group by notice_version order by since desc`,
        [unitId],
      );
      return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
    },
  };
}
