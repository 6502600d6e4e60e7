import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type {
  Judgement,
  MeasuredEffect,
  TrainingExample,
  TrainingPublication,
  TrainingStore,
  TrainingVersion,
} from '../../core/training.ts';
import { createAuditStore } from './audit-store.ts';
import type { Database, Queryable } from './database.ts';
import { knowledgeChannel } from './knowledge-channel.ts';
import { toStorable } from './storable.ts';

type ExampleRow = Omit<TrainingExample, 'addedAt' | 'askedAt'> & { addedAt: Date; askedAt: Date | null };
type EffectRow = Omit<MeasuredEffect, 'startedAt' | 'endedAt'> & { startedAt: Date; endedAt: Date | null };

const exampleColumns = `id, unit_id as "unitId", interaction_id as "interactionId", text, topic, aspect, language,
  added_by as "addedBy", added_at as "addedAt",
  (select i.received_at from interaction i where i.id = e.interaction_id) as "askedAt"`;
const effectColumns = `id, draft, base_version as "baseVersion", started_by as "startedBy", started_at as "startedAt",
  ended_at as "endedAt", failure, result`;
/** Any fixed number: whoever changes the draft or the version in force waits on it. */
const trainingLock = 7_415_020_120;

/** Examples, versions and effects in SQL. */
export function createTrainingStore(database: Database): TrainingStore {
  return {
    async draft() {
      const examples = await readDraft(database);
      return { name: nameDraft(examples), examples };
    },
    async inForce() {
      const version = await readCurrent(database);
      const { rows } = await database.query<ExampleRow>(
        `select ${exampleColumns} from training_example e
         where id = any((select examples from training_version where number = $1)::bigint[]) order by id`,
        [version],
      );
      return { version, examples: rows.map(toExample) };
    },
    currentVersion: () => readCurrent(database),
    async mark() {
      const version = await readCurrent(database);
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::integer as count from training_example
         where id = any((select examples from training_version where number = $1)::bigint[])`,
        [version],
      );
      return `${version}/${rows[0]?.count ?? 0}`;
    },
    async versions(limit) {
      const { rows } = await database.query<Omit<TrainingVersion, 'publishedAt'> & { publishedAt: Date }>(
        `select number, cardinality(examples) as examples, published_by as "publishedBy",
           published_at as "publishedAt", effect_id as "effectId"
         from training_version order by number desc limit $1`,
        [limit],
      );
      return rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
    },
    async publications(limit) {
      const { rows } = await database.query<Omit<TrainingPublication, 'at'> & { at: Date }>(
        'select version, officer, reason, at from training_publication order by seq desc limit $1',
        [limit],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
    judge: (judgement) =>
      database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [trainingLock]);
        for (const item of judgement.items) await insertVerdict(tx, item, judgement);
        for (const example of judgement.examples) await addExample(tx, example, judgement);
      }),
    withdraw: (id, officer, at) =>
      database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [trainingLock]);
        const { rows } = await tx.query<{ unit: string; topic: string | null }>(
          `update training_example set withdrawn_by = $2, withdrawn_at = $3
           where id = $1 and withdrawn_at is null returning unit_id as unit, topic`,
          [id, officer, at],
        );
        const [row] = rows;
        if (row === undefined) return false;
        await createAuditStore(tx).append({
          at,
          actor: officer,
          unitId: row.unit,
          action: 'training.withdraw',
          subject: `example:${id}`,
          before: { topic: row.topic },
          after: null,
        });
        return true;
      }),
    rewrite: ({ id, text, officer, at }) =>
      database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [trainingLock]);
        const { rows } = await tx.query<ExampleRow>(
          `update training_example e set withdrawn_by = $2, withdrawn_at = $3
           where id = $1 and withdrawn_at is null returning ${exampleColumns}`,
          [id, officer, at],
        );
        const [old] = rows;
        if (old === undefined) return false;
        await addExample(tx, { ...old, interactionId: null, text }, { reviewer: officer, at });
        const { topic, aspect } = old;
        await createAuditStore(tx).append({
          ...{ at, actor: officer, unitId: old.unitId, action: 'training.rewrite', subject: `example:${id}` },
          ...{ before: { topic, aspect }, after: { topic, aspect, by: 'officer' } },
        });
        return true;
      }),
    async effectOf(draft, baseVersion) {
      const { rows } = await database.query<EffectRow>(
        `select ${effectColumns} from training_effect where draft = $1 and base_version = $2
         order by id desc limit 1`,
        [draft, baseVersion],
      );
      return rows[0] === undefined ? undefined : toEffect(rows[0]);
    },
    async startEffect({ draft, baseVersion, officer, at }) {
      const { rows } = await database.query<{ id: number }>(
        `insert into training_effect (draft, base_version, started_by, started_at)
         values ($1, $2, $3, $4) returning id`,
        [draft, baseVersion, officer, at],
      );
      return rows[0]?.id ?? 0;
    },
    async endEffect(id, end, at) {
      await database.query(
        'update training_effect set ended_at = $2, result = $3::jsonb, failure = $4 where id = $1',
        [
          id,
          at,
          'result' in end ? JSON.stringify(toStorable(end.result)) : null,
          'failure' in end ? end.failure.slice(0, 500) : null,
        ],
      );
    },
    publish: ({ effect, officer, at, reason }) =>
      database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [trainingLock]);
        const examples = await readDraft(tx);
        const base = await readCurrent(tx);
        if (nameDraft(examples) !== effect.draft || base !== effect.baseVersion) {
          throw new AppError(
            'conflict',
            'The draft has changed since its effect was measured; measure again.',
          );
        }
        const { rows } = await tx.query<{ number: number }>(
          `insert into training_version (number, examples, effect_id, published_by, published_at)
           select coalesce(max(number), 0) + 1, $1::bigint[], $2, $3, $4 from training_version returning number`,
          [examples.map(({ id }) => id), effect.id, officer, at],
        );
        const number = rows[0]?.number ?? 0;
        await putInForce(tx, { version: number, before: base, officer, at, reason, action: 'publish' });
        return number;
      }),
    rollBack: ({ version, officer, at, reason }) =>
      database.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [trainingLock]);
        const { rows } = await tx.query('select 1 from training_version where number = $1', [version]);
        if (version !== 0 && rows.length === 0) {
          throw new AppError('not-found', `There is no version ${version}; choose one of the list.`);
        }
        const before = await readCurrent(tx);
        await putInForce(tx, { version, before, officer, at, reason, action: 'roll-back' });
      }),
  };
}

/** A short name of what a draft consists of; the same examples give the same name. */
function nameDraft(examples: readonly TrainingExample[]): string {
  const hash = createHash('sha256');
  for (const { id, text, topic, aspect } of examples) hash.update(JSON.stringify([id, text, topic, aspect]));
  return hash.digest('hex').slice(0, 16);
}

async function readDraft(database: Queryable): Promise<TrainingExample[]> {
  const { rows } = await database.query<ExampleRow>(
    `select ${exampleColumns} from training_example e where withdrawn_at is null order by id`,
  );
  return rows.map(toExample);
}

async function readCurrent(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ version: number }>(
    'select version from training_publication order by seq desc limit 1',
  );
  return rows[0]?.version ?? 0;
}

async function putInForce(
  tx: Queryable,
  order: { version: number; before: number; officer: string; at: string; reason: string; action: string },
): Promise<void> {
  await tx.query('insert into training_publication (version, officer, reason, at) values ($1, $2, $3, $4)', [
    order.version,
    order.officer,
    toStorable(order.reason),
    order.at,
  ]);
  await createAuditStore(tx).append({
    at: order.at,
    actor: order.officer,
    unitId: null,
    action: `training.${order.action}`,
    subject: `training:${order.version}`,
    before: { version: order.before },
    after: { version: order.version, reason: order.reason },
  });
  await tx.query('select pg_notify($1, $2)', [knowledgeChannel, `training:${order.version}`]);
}

async function insertVerdict(
  tx: Queryable,
  item: { interactionId: string; unitId: string },
  { verdict, reviewer, at }: Judgement,
): Promise<void> {
  const said = {
    topic: verdict.verdict === 'belongs' ? verdict.topic : null,
    aspect: verdict.verdict === 'belongs' ? verdict.aspect : null,
    category: verdict.verdict === 'sensitive' ? verdict.category : null,
    note: verdict.verdict === 'new-topic' ? verdict.note : null,
  };
  await tx.query(
    `insert into review_verdict (interaction_id, unit_id, verdict, topic, aspect, category, note, reviewer, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      item.interactionId,
      item.unitId,
      verdict.verdict,
      said.topic,
      said.aspect,
      said.category,
      toStorable(said.note),
      reviewer,
      at,
    ],
  );
  // What is said in an emergency or about a crime is not kept, nor what was learnt from it.
  if (verdict.verdict === 'sensitive') {
    await tx.query('delete from interaction_text where interaction_id = $1', [item.interactionId]);
    await tx.query('delete from training_example where interaction_id = $1', [item.interactionId]);
  }
  await createAuditStore(tx).append({
    at,
    actor: reviewer,
    unitId: item.unitId,
    action: 'review.judge',
    subject: `interaction:${item.interactionId}`,
    before: null,
    // The note may quote the citizen, and the audit log is never erased.
    after: { verdict: verdict.verdict, topic: said.topic, aspect: said.aspect, category: said.category },
  });
}

/** The same words cannot mean two things: an example takes the place of an earlier one of the draft. */
async function addExample(
  tx: Queryable,
  example: Judgement['examples'][number],
  { reviewer, at }: Pick<Judgement, 'reviewer' | 'at'>,
): Promise<void> {
  const { rows: same } = await tx.query<{ id: number; topic: string | null; aspect: string | null }>(
    'select id, topic, aspect from training_example where withdrawn_at is null and lower(text) = lower($1)',
    [example.text],
  );
  if (same.some(({ topic, aspect }) => topic === example.topic && aspect === example.aspect)) return;
  await tx.query(
    'update training_example set withdrawn_by = $2, withdrawn_at = $3 where id = any($1::bigint[])',
    [same.map(({ id }) => id), reviewer, at],
  );
  await tx.query(
    `insert into training_example (unit_id, interaction_id, text, topic, aspect, language, added_by, added_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      example.unitId,
      example.interactionId,
      toStorable(example.text),
      example.topic,
      example.aspect,
      example.language,
      reviewer,
      at,
    ],
  );
}

function toExample(row: ExampleRow): TrainingExample {
  return { ...row, addedAt: row.addedAt.toISOString(), askedAt: row.askedAt?.toISOString() ?? null };
}

function toEffect(row: EffectRow): MeasuredEffect {
  return { ...row, startedAt: row.startedAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null };
}
