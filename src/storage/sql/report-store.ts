import { AppError } from '../../core/errors.ts';
import type { ReportAct, ReportStore, StoredReport } from '../../core/report.ts';
import { createAuditStore } from './audit-store.ts';
import type { Database, Queryable } from './database.ts';
import { toStorable } from './storable.ts';

const listed = `id, scope, period, version, status, revision, snapshot_hash as "snapshotHash", narrative, form, number,
  issued_on as "issuedOn", created_at as "createdAt", created_by as "createdBy", updated_at as "updatedAt",
  updated_by as "updatedBy", approved_at as "approvedAt", approved_by as "approvedBy"`;
const columns = `${listed}, snapshot`;

type Instant = 'createdAt' | 'updatedAt';
type Row = Omit<StoredReport, Instant | 'approvedAt'> & Record<Instant, Date> & { approvedAt: Date | null };

function toReport<R extends Omit<Row, 'snapshot'>>(row: R): R & Omit<StoredReport, 'snapshot'> {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    approvedAt: row.approvedAt?.toISOString() ?? null,
  };
}

/** Reports in SQL. */
export function createReportStore(database: Database): ReportStore {
  async function one(
    on: Queryable,
    query: string,
    parameters: readonly unknown[],
  ): Promise<StoredReport | undefined> {
    const { rows } = await on.query<Row>(query, parameters);
    return rows[0] === undefined ? undefined : toReport(rows[0]);
  }

  /** Changes a draft that is still at `revision`, and records the act with what was before and after. */
  async function change(
    id: string,
    revision: number,
    set: { assignments: string; values: readonly unknown[] },
    action: string,
    { by, at }: ReportAct,
    shown: (report: StoredReport) => unknown,
  ): Promise<StoredReport | undefined> {
    return database.transaction(async (tx) => {
      const before = await one(
        tx,
        `select ${columns} from report where id = $1 and revision = $2 and status = 'draft' for update`,
        [id, revision],
      );
      if (before === undefined) return undefined;
      const after = await one(
        tx,
        `update report set revision = revision + 1, updated_at = $2, updated_by = $3, ${set.assignments}
         where id = $1 returning ${columns}`,
        [id, at, by, ...set.values],
      );
      if (after !== undefined) await record(tx, action, after, { by, at }, shown(before), shown(after));
      return after;
    });
  }

  return {
    async create({ scope, period, narrative, snapshot, snapshotHash }, { by, at }) {
      return database.transaction(async (tx) => {
        const created = await one(
          tx,
          `insert into report (scope, period, version, status, snapshot, snapshot_hash, narrative, created_at,
             created_by, updated_at, updated_by)
           select $1, $2, coalesce(max(version), 0) + 1, 'draft', $3, $4, $5::jsonb, $6, $7, $6, $7
           from report where scope = $1 and period = $2
           on conflict do nothing returning ${columns}`,
          [scope, period, snapshot, snapshotHash, JSON.stringify(toStorable(narrative)), at, by],
        );
        if (created === undefined) {
          throw new AppError('conflict', `Kỳ ${period} của ${scope} đang có một bản nháp; hãy sửa bản đó.`);
        }
        await record(tx, 'report.create', created, { by, at }, null, summarise(created));
        return created;
      });
    },
    read: (id) => one(database, `select ${columns} from report where id::text = $1`, [id]),
    async list(scopes, limit) {
      const { rows } = await database.query<Omit<Row, 'snapshot'>>(
        `select ${listed} from report where scope = any($1) order by created_at desc, version desc limit $2`,
        [scopes, limit],
      );
      return rows.map((row) => toReport(row));
    },
    readApproved: (scope, period) =>
      one(
        database,
        `select ${columns} from report where scope = $1 and period = $2 and status = 'approved'
         order by version desc limit 1`,
        [scope, period],
      ),
    readDraft: (scope, period) =>
      one(database, `select ${columns} from report where scope = $1 and period = $2 and status = 'draft'`, [
        scope,
        period,
      ]),
    edit: (id, revision, given, act) =>
      'narrative' in given
        ? change(
            id,
            revision,
            { assignments: 'narrative = $4::jsonb', values: [JSON.stringify(toStorable(given.narrative))] },
            'report.edit',
            act,
            ({ narrative }) => narrative,
          )
        : change(
            id,
            revision,
            {
              assignments: 'snapshot = $4, snapshot_hash = $5',
              values: [given.snapshot, given.snapshotHash],
            },
            'report.refresh',
            act,
            summarise,
          ),
    approve: (id, revision, { number, issuedOn, form }, act) =>
      change(
        id,
        revision,
        {
          assignments: `status = 'approved', number = $4, issued_on = $5, form = $6::jsonb, approved_at = $2, approved_by = $3`,
          values: [number, issuedOn, JSON.stringify(toStorable(form))],
        },
        'report.approve',
        act,
        summarise,
      ),
    discard: (id, revision, act) =>
      database.transaction(async (tx) => {
        const gone = await one(
          tx,
          `delete from report where id::text = $1 and revision = $2 and status = 'draft' returning ${columns}`,
          [id, revision],
        );
        if (gone !== undefined) await record(tx, 'report.discard', gone, act, summarise(gone), null);
        return gone !== undefined;
      }),
  };
}

/** What the audit shows of a report: enough to tell later which figures were approved. */
function summarise({ period, version, status, snapshotHash, number, issuedOn }: StoredReport): object {
  return { period, version, status, snapshotHash, number, issuedOn };
}

async function record(
  tx: Queryable,
  action: string,
  report: StoredReport,
  { by, at }: ReportAct,
  before: unknown,
  after: unknown,
): Promise<void> {
  const unitId = report.scope.includes(':') ? null : report.scope;
  const subject = `report:${report.scope}:${report.period}:${report.version}`;
  await createAuditStore(tx).append({ at, actor: by, unitId, action, subject, before, after });
}
