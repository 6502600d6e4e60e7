import { setTimeout as sleep } from 'node:timers/promises';
import {
  evidenceKinds,
  systemUnitId,
  type evidenceFields,
  type EvidenceKind,
  type EvidenceRecord,
  type EvidenceWords,
  type ExportedRecord,
  type Seal,
  type SealStore,
} from '../../core/evidence.ts';
import type { Queryable } from './database.ts';

/** An instant as text with microseconds, so that no digit of what is stored stays outside the seal. */
const instant = (expression: string) =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Where the rows of a kind are, and which column gives which member of its body. */
interface Source<K extends EvidenceKind> {
  table: string;
  at: string;
  unit: string;
  fields: Record<(typeof evidenceFields)[K][number], string>;
  hasWords: boolean;
}

const sources: { [K in EvidenceKind]: Source<K> } = {
  interaction: {
    table: 'interaction',
    at: 'r.received_at',
    unit: 'r.unit_id',
    fields: {
      id: 'r.id',
      unitId: 'r.unit_id',
      channel: 'r.channel',
      citizen: 'r.citizen',
      eventKind: 'r.kind',
      decision: 'r.decision',
      topic: 'r.topic',
      aspect: 'r.aspect',
      confidence: 'r.confidence',
      candidates: 'r.candidates',
      language: 'r.language',
      sensitive: 'r.sensitive',
      replyText: 'r.reply_text',
      links: 'r.links',
      outreach: 'r.outreach',
      test: 'r.test',
      handledAt: instant('r.handled_at'),
      appendedAt: instant('r.appended_at'),
      contentVersion: 'r.content_version',
      matcherVersion: 'r.matcher_version',
      wordsCommitment: `encode(r.words_commitment, 'hex')`,
      nonce: 'r.nonce::text',
    },
    hasWords: true,
  },
  delivery: {
    table: 'delivery',
    at: 'r.at',
    unit: 'r.unit_id',
    fields: {
      interactionId: 'r.interaction_id',
      unitId: 'r.unit_id',
      part: 'r.part',
      status: 'r.status',
      code: 'r.code',
      messageId: 'r.message_id',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
  consent: {
    table: 'consent',
    at: 'r.at',
    unit: 'r.unit_id',
    fields: {
      unitId: 'r.unit_id',
      channel: 'r.channel',
      citizen: 'r.citizen',
      decision: 'r.decision',
      noticeVersion: 'r.notice_version',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
  audit: {
    table: 'audit',
    at: 'r.at',
    unit: `coalesce(r.unit_id, '${systemUnitId}')`,
    fields: {
      unitId: 'r.unit_id',
      actor: 'r.actor',
      action: 'r.action',
      subject: 'r.subject',
      before: 'r.before',
      after: 'r.after',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
  feedback: {
    table: 'feedback',
    at: 'r.at',
    unit: 'r.unit_id',
    fields: {
      interactionId: 'r.interaction_id',
      unitId: 'r.unit_id',
      citizen: 'r.citizen',
      helpful: 'r.helpful',
      reason: 'r.reason',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
  'survey-answer': {
    table: 'survey_answer',
    at: 'r.at',
    unit: 'r.unit_id',
    fields: {
      interactionId: 'r.interaction_id',
      unitId: 'r.unit_id',
      channel: 'r.channel',
      citizen: 'r.citizen',
      survey: 'r.survey',
      question: 'r.question',
      answer: 'r.answer',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
  'link-open': {
    table: 'link_open',
    at: 'r.at',
    unit: 'r.unit_id',
    fields: {
      unitId: 'r.unit_id',
      url: 'r.url',
      opens: 'r.opens',
      appendedAt: instant('r.appended_at'),
      nonce: 'r.nonce::text',
    },
    hasWords: false,
  },
};

/**
 * The time is compared in a form that no index has: pages come by seq, and reading them by time would mean to sort the
 * whole interval for every page.
 */
function selectRows(kind: EvidenceKind, options: { ofInterval: boolean }): string {
  const { table, at, unit, fields, hasWords } = sources[kind];
  const members = Object.entries(fields).map(([name, expression]) => `'${name}', ${expression}`);
  const words = options.ofInterval && hasWords;
  return `
    select r.seq, ${instant(at)} as at, jsonb_build_object(${members.join(', ')}) as body
      ${words ? `, case when t.interaction_id is not null then jsonb_build_object('explanation', t.explanation, 'maskedText', t.masked_text, 'salt', encode(t.salt, 'hex')) end as words` : ''}
    from ${table} r ${words ? 'left join interaction_text t on t.interaction_id = r.id' : ''}
    where ${unit} = $1 and r.seq > $2 and r.seq <= $3
      ${options.ofInterval ? `and (${at} + interval '0') >= $5 and (${at} + interval '0') < $6` : ''}
    order by r.seq limit $4`;
}

const tables = evidenceKinds.map((kind) => `'${sources[kind].table}'`).join(', ');
const highestSeqs = evidenceKinds
  .map((kind) => `(select coalesce(max(seq), 0) from ${sources[kind].table}) as "${kind}"`)
  .join(', ');

/** Transactions that write to a sealed table at this moment; the lock is taken before a row gets its number. */
const writersQuery = `
  select distinct l.virtualtransaction as writer
  from pg_locks l join pg_class c on c.oid = l.relation
  where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and c.relname in (${tables})`;

const sealColumns = `unit_id as "unitId", number, encode(hash, 'hex') as hash, header,
  ${instant('first_at')} as "firstAt", ${instant('last_at')} as "lastAt", ${instant('latest_at')} as "latestAt",
  ${instant('sealed_at')} as "sealedAt"`;

const writerPollMs = 20;
/** A page of seals may hold some thousand leaves each. */
const sealsPerPage = 16;

/** How long `readHorizon` waits for writers that were at work when it began; default 10 s. */
export interface SealStoreOptions {
  writerWaitMs?: number;
}

/** Seals in SQL. */
export function createSealStore(database: Queryable, options: SealStoreOptions = {}): SealStore {
  const writerWaitMs = options.writerWaitMs ?? 10_000;

  async function readWriters(): Promise<string[]> {
    const { rows } = await database.query<{ writer: string }>(writersQuery);
    return rows.map(({ writer }) => writer);
  }

  return {
    async readHorizon() {
      // A row that is invisible now and numbered below these belongs to a transaction that already wrote to the table when
      // they were read, so it holds the table's lock or has ended. Once all holders of this moment are gone, whatever they
      // wrote is visible. Neither a margin of time nor the snapshot's oldest transaction says that for certain: a
      // transaction may last, and a number may be given out before the transaction has an id.
      const { rows } = await database.query<Record<EvidenceKind, number>>(`select ${highestSeqs}`);
      const highest = rows[0];
      if (highest === undefined) return undefined;
      const deadline = performance.now() + writerWaitMs;
      let pending = await readWriters();
      while (pending.length > 0) {
        if (performance.now() > deadline) return undefined;
        await sleep(writerPollMs);
        const writing = new Set(await readWriters());
        pending = pending.filter((writer) => writing.has(writer));
      }
      return new Map(evidenceKinds.map((kind) => [kind, Number(highest[kind])]));
    },

    async readUnsealed(kind, unitId, { after, through, limit }) {
      const { rows } = await database.query<Omit<EvidenceRecord, 'kind'>>(
        selectRows(kind, { ofInterval: false }),
        [unitId, after, through, limit],
      );
      return rows.map((row) => ({ kind, ...row }));
    },

    async readNewest(unitId) {
      const { rows } = await database.query<Omit<Seal, 'leaves'>>(
        `select ${sealColumns} from seal where unit_id = $1 order by number desc limit 1`,
        [unitId],
      );
      return rows[0] === undefined ? undefined : { ...rows[0], leaves: null };
    },

    async readRange(unitId, { from, to }) {
      const { rows } = await database.query<{ first: number | null; last: number | null }>(
        `select min(number)::bigint as first, max(number)::bigint as last from seal
         where unit_id = $1 and latest_at >= $2 and first_at < $3 and last_at >= $2`,
        [unitId, from, to],
      );
      const [row] = rows;
      if (row === undefined || row.first === null || row.last === null) return undefined;
      return { first: row.first, last: row.last };
    },

    async append(seal) {
      await database.query(
        `insert into seal (unit_id, number, hash, header, leaves, first_at, last_at, latest_at, sealed_at)
         values ($1, $2, decode($3, 'hex'), $4, $5, $6, $7, $8, $9)`,
        [
          seal.unitId,
          seal.number,
          seal.hash,
          seal.header,
          seal.leaves,
          ...[seal.firstAt, seal.lastAt, seal.latestAt, seal.sealedAt],
        ],
      );
    },

    async *readChain(unitId, { from, to }) {
      const { rows } = await database.query<{ first: number }>(
        'select coalesce(max(number), 1)::bigint as first from seal where unit_id = $1 and latest_at < $2',
        [unitId, from],
      );
      let next = rows[0]?.first ?? 1;
      for (;;) {
        const { rows: seals } = await database.query<Seal>(
          `select ${sealColumns}, case when first_at < $4 and last_at >= $3 then leaves end as leaves
           from seal where unit_id = $1 and number >= $2 order by number limit $5`,
          [unitId, next, from, to, sealsPerPage],
        );
        const last = seals.at(-1);
        if (last === undefined) return;
        yield* seals;
        next = last.number + 1;
      }
    },

    async readRecords(kind, unitId, { from, to }, { after, through, limit }) {
      const { rows } = await database.query<Omit<ExportedRecord, 'kind'>>(
        selectRows(kind, { ofInterval: true }),
        [unitId, after, through, limit, from, to],
      );
      return rows.map(({ words, ...row }) => ({
        kind,
        ...row,
        ...(words === undefined ? {} : { words: words === null ? null : toWords(words) }),
      }));
    },
  };
}

/** The members that the commitment covers, and no others. */
function toWords({ explanation, maskedText, salt }: EvidenceWords): EvidenceWords {
  return {
    explanation: explanation.map(({ code, text, weight }) => ({
      code,
      text,
      ...(weight === undefined ? {} : { weight }),
    })),
    maskedText,
    salt,
  };
}
