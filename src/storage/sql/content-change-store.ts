import type { ChangeStatus, ContentChangeStore, StoredChange } from '../../core/content-change.ts';
import { AppError } from '../../core/errors.ts';
import { createAuditStore } from './audit-store.ts';
import type { Database, Queryable } from './database.ts';
import { knowledgeChannel } from './knowledge-channel.ts';
import { toStorable } from './storable.ts';

type TimeField = 'draftedAt' | 'submittedAt' | 'decidedAt' | 'effectiveAt' | 'rolledBackAt';
type Row = Omit<StoredChange, TimeField> & Record<TimeField, Date | null>;

const columns = `id, subject, part, unit_id as "unitId", change, before, note, status, findings,
  drafted_by as "draftedBy", drafted_at as "draftedAt", submitted_at as "submittedAt", decided_by as "decidedBy",
  decided_at as "decidedAt", decision_note as "decisionNote", effective_at as "effectiveAt",
  rolled_back_by as "rolledBackBy", rolled_back_at as "rolledBackAt", rollback_reason as "rollbackReason"`;

const inForce = `status = 'published' and effective_at <= $1`;

/** A step: which row it may be taken on (by the SQL condition) and what it sets. */
interface Step {
  id: string;
  officer: string;
  action: string;
  /** SQL over the row and `$2`, the officer. */
  where: string;
  /** SQL assignments; their parameters begin at $3. */
  set: string;
  values: readonly unknown[];
  at: string;
  after: Record<string, unknown>;
}

/** Edits of content in SQL. */
export function createContentChangeStore(database: Database): ContentChangeStore {
  async function take(step: Step, tellsAll = false): Promise<void> {
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ subject: string; part: string; unit: string | null }>(
        `update content_change set ${step.set} where id = $1 and ${step.where}
         returning subject, part, unit_id as unit`,
        [step.id, step.officer, ...step.values],
      );
      const [row] = rows;
      if (row === undefined) {
        throw new AppError(
          'conflict',
          'The edit does not stand where this step begins, or it is not for you to take; load the page again.',
        );
      }
      await audit(tx, step, row);
      if (tellsAll) await tx.query('select pg_notify($1, $2)', [knowledgeChannel, `content:${step.id}`]);
    });
  }

  return {
    async add(change) {
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into content_change (id, subject, part, unit_id, change, before, note, status, drafted_by, drafted_at)
           values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, 'draft', $8, $9)`,
          [
            change.id,
            change.subject,
            change.part,
            change.unitId,
            toJson(change.change),
            toJson(change.before),
            toStorable(change.note),
            change.draftedBy,
            change.draftedAt,
          ],
        );
        const step = { id: change.id, officer: change.draftedBy, action: 'draft', at: change.draftedAt };
        const row = { subject: change.subject, part: change.part, unit: change.unitId };
        await audit(tx, { ...step, after: { change: change.change, note: change.note } }, row);
      });
    },
    revise: (id, officer, given, at) =>
      take({
        id,
        officer,
        action: 'revise',
        where: `drafted_by = $2 and status in ('draft', 'rejected')`,
        set: `change = $3::jsonb, before = $4::jsonb, note = $5, status = 'draft', drafted_at = $6, findings = '[]',
          submitted_at = null, decided_by = null, decided_at = null, decision_note = null`,
        values: [toJson(given.change), toJson(given.before), toStorable(given.note), at],
        at,
        after: { change: given.change, note: given.note },
      }),
    submit: (id, officer, findings, at) =>
      take({
        id,
        officer,
        action: 'submit',
        where: `drafted_by = $2 and status = 'draft'`,
        set: `status = 'submitted', findings = $3::jsonb, submitted_at = $4`,
        values: [toJson(findings), at],
        at,
        after: {},
      }),
    approve: (id, officer, { effectiveAt, note, findings }, at) =>
      take(
        {
          id,
          officer,
          action: 'approve',
          where: `drafted_by <> $2 and status = 'submitted'`,
          set: `status = 'published', decided_by = $2, decided_at = $3, effective_at = $4, decision_note = $5,
            findings = $6::jsonb`,
          values: [at, effectiveAt, toStorable(note), toJson(findings)],
          at,
          after: { effectiveAt, note },
        },
        true,
      ),
    reject: (id, officer, note, at) =>
      take({
        id,
        officer,
        action: 'reject',
        where: `drafted_by <> $2 and status = 'submitted'`,
        set: `status = 'rejected', decided_by = $2, decided_at = $3, decision_note = $4`,
        values: [at, toStorable(note)],
        at,
        after: { note },
      }),
    withdraw: (id, officer, at) =>
      take({
        id,
        officer,
        action: 'withdraw',
        where: `drafted_by = $2 and status in ('draft', 'submitted', 'rejected')`,
        set: `status = 'withdrawn'`,
        values: [],
        at,
        after: {},
      }),
    rollBack: (id, officer, reason, at) =>
      take(
        {
          id,
          officer,
          action: 'roll-back',
          where: `status = 'published'`,
          set: `status = 'rolled-back', rolled_back_by = $2, rolled_back_at = $3, rollback_reason = $4`,
          values: [at, toStorable(reason)],
          at,
          after: { reason },
        },
        true,
      ),
    async read(id) {
      const { rows } = await database.query<Row>(`select ${columns} from content_change where id = $1`, [id]);
      return rows[0] === undefined ? undefined : toChange(rows[0]);
    },
    async list({ statuses, subject, limit }) {
      const { rows } = await database.query<Row>(
        `select ${columns} from content_change
         where ($1::text[] is null or status = any($1::text[])) and ($2::text is null or subject = $2)
         order by drafted_at desc, id limit $3`,
        [statuses === undefined ? null : ([...statuses] satisfies ChangeStatus[]), subject ?? null, limit],
      );
      return rows.map(toChange);
    },
    async inForce(at) {
      const { rows } = await database.query<{ id: string; change: unknown }>(
        `select id, change from content_change where ${inForce} order by effective_at, decided_at, id`,
        [at],
      );
      return rows;
    },
    async mark(at) {
      const { rows } = await database.query<{ mark: string }>(
        `select coalesce(md5(string_agg(id, ',' order by effective_at, decided_at, id)), '') as mark
         from content_change where ${inForce}`,
        [at],
      );
      return rows[0]?.mark ?? '';
    },
  };
}

async function audit(
  tx: Queryable,
  step: Pick<Step, 'id' | 'officer' | 'action' | 'at' | 'after'>,
  row: { subject: string; part: string; unit: string | null },
): Promise<void> {
  await createAuditStore(tx).append({
    at: step.at,
    actor: step.officer,
    unitId: row.unit,
    action: `content.${step.action}`,
    subject: row.subject,
    before: null,
    after: { change: step.id, part: row.part, ...step.after },
  });
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(toStorable(value));
}

function toChange(row: Row): StoredChange {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    draftedAt: iso(row.draftedAt) ?? '',
    submittedAt: iso(row.submittedAt),
    decidedAt: iso(row.decidedAt),
    effectiveAt: iso(row.effectiveAt),
    rolledBackAt: iso(row.rolledBackAt),
  };
}
