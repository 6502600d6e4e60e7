import type { OutreachCount, OutreachFile, OutreachItem, OutreachStore } from '../../core/outreach.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

type Instant = 'createdAt' | 'updatedAt';
type Row = Omit<OutreachItem, Instant | 'withdrawnAt' | 'attachment'> &
  Record<Instant, Date> & {
    withdrawnAt: Date | null;
    fileName: string | null;
    fileType: string | null;
    fileBytes: number | null;
  };

const select = `select i.code, i.kind, i.title, to_char(i.day, 'YYYY-MM-DD') as day, i.place, i.audience, i.link, i.topic,
    i.reached, i.created_at as "createdAt", i.created_by as "createdBy", i.updated_at as "updatedAt",
    i.updated_by as "updatedBy", i.withdrawn_at as "withdrawnAt", f.name as "fileName", f.type as "fileType",
    length(f.body) as "fileBytes"
  from outreach_item i left join outreach_attachment f using (code)`;

/** The outreach register of one unit in SQL. */
export function createOutreachStore(database: Queryable, unitId: string): OutreachStore {
  return {
    async add(code, facts, by, at) {
      const { kind, title, day, place, audience, link, topic, reached } = toStorable(facts);
      const { rowCount } = await database.query(
        `insert into outreach_item (code, unit_id, kind, title, day, place, audience, link, topic, reached,
           created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12) on conflict (code) do nothing`,
        [code, unitId, kind, title, day, place, audience, link, topic, reached, at, by],
      );
      return rowCount > 0;
    },
    async update(code, facts, by, at) {
      const { kind, title, day, place, audience, link, topic, reached } = toStorable(facts);
      const { rowCount } = await database.query(
        `update outreach_item set kind = $3, title = $4, day = $5, place = $6, audience = $7, link = $8, topic = $9,
           reached = $10, updated_at = $11, updated_by = $12
         where code = $1 and unit_id = $2`,
        [code, unitId, kind, title, day, place, audience, link, topic, reached, at, by],
      );
      return rowCount > 0;
    },
    async setWithdrawn(code, withdrawnAt, by, at) {
      const { rowCount } = await database.query(
        `update outreach_item set withdrawn_at = $3, updated_at = $4, updated_by = $5
         where code = $1 and unit_id = $2`,
        [code, unitId, withdrawnAt, at, by],
      );
      return rowCount > 0;
    },
    async read(code) {
      const { rows } = await database.query<Row>(`${select} where i.code = $1 and i.unit_id = $2`, [
        code,
        unitId,
      ]);
      return rows[0] === undefined ? undefined : toItem(rows[0]);
    },
    async list({ firstDay, lastDay, kind, withWithdrawn = false }) {
      const { rows } = await database.query<Row>(
        `${select}
         where i.unit_id = $1 and ($2::date is null or i.day >= $2) and ($3::date is null or i.day <= $3)
           and ($4::text is null or i.kind = $4) and ($5::boolean or i.withdrawn_at is null)
         order by i.day desc, i.code`,
        [unitId, firstDay ?? null, lastDay ?? null, kind ?? null, withWithdrawn],
      );
      return rows.map(toItem);
    },
    async countCame(interval) {
      const { rows } = await database.query<OutreachCount>(
        `select outreach as code, count(distinct (channel, citizen))::int as citizens, count(*)::int as interactions,
           (count(*) filter (where decision = 'answer'))::int as answers
         from interaction
         where unit_id = $1 and outreach is not null and not test
           and kind in ('text', 'choice', 'attachment', 'location', 'start')
           and citizen not in (select u.citizen from uncounted_citizen u where u.unit_id = $1)
           and ($2::timestamptz is null or received_at >= $2) and ($3::timestamptz is null or received_at < $3)
         group by outreach order by outreach`,
        [unitId, interval?.from ?? null, interval?.to ?? null],
      );
      return rows;
    },
    async setFile(code, file) {
      await database.query(
        `delete from outreach_attachment f using outreach_item i
         where f.code = i.code and i.code = $1 and i.unit_id = $2`,
        [code, unitId],
      );
      if (file === null) return;
      await database.query(
        `insert into outreach_attachment (code, name, type, body)
         select i.code, $3, $4, $5 from outreach_item i where i.code = $1 and i.unit_id = $2`,
        [code, unitId, file.name, file.type, file.body],
      );
    },
    async readFile(code) {
      const { rows } = await database.query<OutreachFile>(
        `select f.name, f.type, f.body from outreach_attachment f join outreach_item i using (code)
         where i.code = $1 and i.unit_id = $2`,
        [code, unitId],
      );
      return rows[0];
    },
  };
}

function toItem({ fileName, fileType, fileBytes, ...row }: Row): OutreachItem {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    attachment:
      fileName === null || fileType === null || fileBytes === null
        ? null
        : { name: fileName, type: fileType, bytes: fileBytes },
  };
}
