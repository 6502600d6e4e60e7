import { randomBytes } from 'node:crypto';
import type { Delivery, Interaction } from '../../core/interaction.ts';
import type { InteractionStore } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import {
  booleanArray,
  byteaArray,
  doubleArray,
  instantArray,
  integerArray,
  jsonbArray,
  textArray,
} from './binary-array.ts';
import type { Queryable } from './database.ts';
import { foldWords } from './fold-words.ts';
import { toStorable } from './storable.ts';
import { commitToWords, saltBytes, type CommittedWords } from './words-commitment.ts';

/** A column: its type, and the values of a batch as one parameter. */
interface Column<T> {
  type: string;
  of: (rows: readonly T[]) => Buffer;
}

function text<T>(value: (row: T) => string | null): Column<T> {
  return { type: 'text', of: (rows) => textArray(rows.map(value)) };
}

function instant<T>(value: (row: T) => string): Column<T> {
  return { type: 'timestamptz', of: (rows) => instantArray(rows.map(value)) };
}

function json<T>(value: (row: T) => unknown): Column<T> {
  return { type: 'jsonb', of: (rows) => jsonbArray(rows.map((row) => JSON.stringify(value(row)))) };
}

function bytes<T>(value: (row: T) => Uint8Array): Column<T> {
  return { type: 'bytea', of: (rows) => byteaArray(rows.map(value)) };
}

type LoggedInteraction = Interaction & CommittedWords;

/** The columns of `interaction` that come from the application: one list for the insert, so that a row is described in one place. */
const columns: Record<string, Column<LoggedInteraction>> = {
  id: text(({ id }) => id),
  unit_id: text(({ unitId }) => unitId),
  channel: text(({ channel }) => channel),
  citizen: text(({ citizen }) => citizen),
  received_at: instant(({ receivedAt }) => receivedAt),
  handled_at: instant(({ handledAt }) => handledAt),
  kind: text(({ kind }) => kind),
  decision: text(({ decision }) => decision),
  topic: text(({ topic }) => topic),
  aspect: text(({ aspect }) => aspect),
  confidence: {
    type: 'double precision',
    of: (rows) => doubleArray(rows.map(({ confidence }) => confidence)),
  },
  candidates: json(({ candidates }) => candidates),
  language: text(({ language }) => language),
  sensitive: text(({ sensitive }) => sensitive),
  content_version: text(({ contentVersion }) => contentVersion),
  matcher_version: text(({ matcherVersion }) => matcherVersion),
  reply_text: text(({ replyText }) => replyText),
  links: json(({ links }) => links),
  outreach: text(({ outreach }) => outreach),
  test: { type: 'boolean', of: (rows) => booleanArray(rows.map(({ test }) => test)) },
  words_commitment: bytes(({ commitment }) => commitment),
};

/** What is erased with a citizen's words. */
const wordColumns: Record<string, Column<LoggedInteraction>> = {
  masked_text: text(({ maskedText }) => maskedText),
  folded: text(({ maskedText }) => (maskedText === null ? null : foldWords(maskedText))),
  explanation: json(({ explanation }) => explanation),
  salt: bytes(({ salt }) => salt),
};

const deliveryColumns: Record<string, Column<Delivery>> = {
  interaction_id: text(({ interactionId }) => interactionId),
  unit_id: text(({ unitId }) => unitId),
  part: { type: 'integer', of: (rows) => integerArray(rows.map(({ part }) => part)) },
  status: text(({ status }) => status),
  at: instant(({ at }) => at),
  code: text(({ code }) => toStorable(code)),
  message_id: text(({ messageId }) => toStorable(messageId)),
};

function namesOf(of: Record<string, unknown>): string {
  return Object.keys(of).join(', ');
}

/** The rows of a batch, numbered by `ord`, from one parameter for each column. */
function rowsOf(of: Record<string, { type: string }>): string {
  const parameters = Object.values(of).map(({ type }, at) => `$${at + 1}::${type}[]`);
  return `unnest(${parameters.join(', ')}) with ordinality as r(${namesOf(of)}, ord)`;
}

function parametersOf<T>(of: Record<string, Column<T>>, rows: readonly T[]): Buffer[] {
  return Object.values(of).map((column) => column.of(rows));
}

const logColumns = { ...columns, ...wordColumns };

const insertInteractions = `
  with input as (
    select * from ${rowsOf(logColumns)}
  ), fresh as (
    insert into interaction (${namesOf(columns)})
    select ${namesOf(columns)} from input order by ord
    on conflict (id) do nothing
    returning id
  )
  insert into interaction_text (interaction_id, ${namesOf(wordColumns)})
  select input.id, ${namesOf(wordColumns)} from input join fresh on fresh.id = input.id`;

const insertDeliveries = `
  insert into delivery (${namesOf(deliveryColumns)})
  select ${namesOf(deliveryColumns)} from ${rowsOf(deliveryColumns)}
  order by ord
  on conflict do nothing`;

function commit(given: Interaction, salt: Uint8Array): LoggedInteraction {
  const interaction = toStorable(given);
  return { ...interaction, ...commitToWords(interaction, salt) };
}

/** Deliveries of this span become one statement: the shorter, the rarer a crash leaves a message that is said twice. */
const deliveryWindowMs = 1;
const deliveriesAtOnce = 500;

/** The log on SQL: any number of rows in one statement, each id once. */
export function createInteractionStore(database: Queryable): InteractionStore {
  const deliverTogether = createGroupCommit<Delivery, undefined>(
    async (deliveries) => {
      await database.query(insertDeliveries, parametersOf(deliveryColumns, deliveries));
      return deliveries.map(() => undefined);
    },
    { windowMs: deliveryWindowMs, maxItems: deliveriesAtOnce },
  );
  return {
    async append(interactions) {
      if (interactions.length === 0) return;
      // One statement may not name an id twice with different salts: the first of a batch counts.
      const distinct = [...new Map(interactions.toReversed().map((one) => [one.id, one])).values()].reverse();
      const salts = randomBytes(distinct.length * saltBytes);
      const rows = distinct.map((interaction, at) =>
        commit(interaction, salts.subarray(at * saltBytes, (at + 1) * saltBytes)),
      );
      await database.query(insertInteractions, parametersOf(logColumns, rows));
    },
    async appendDeliveries(deliveries) {
      if (deliveries.length > 0) await deliverTogether(deliveries);
    },
  };
}
