import { randomBytes } from 'node:crypto';
import type { Delivery, Interaction } from '../../core/interaction.ts';
import type { InteractionStore } from '../../core/ports.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';
import { commitToWords, saltBytes } from './words-commitment.ts';

/**
 * The columns of `interaction` that come from the application, with their types: one list for the insert, so that a row
 * is described in one place.
 */
const columns = {
  id: 'text',
  unit_id: 'text',
  channel: 'text',
  citizen: 'text',
  received_at: 'timestamptz',
  handled_at: 'timestamptz',
  kind: 'text',
  decision: 'text',
  topic: 'text',
  aspect: 'text',
  confidence: 'double precision',
  candidates: 'jsonb',
  language: 'text',
  sensitive: 'text',
  content_version: 'text',
  matcher_version: 'text',
  reply_text: 'text',
  links: 'jsonb',
  outreach: 'text',
  test: 'boolean',
} as const;

const names = Object.keys(columns).join(', ');
const recordType = Object.entries(columns)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

const insertInteractions = `
  with input as (
    select * from jsonb_to_recordset($1::jsonb)
      as r(${recordType}, words_commitment text, masked_text text, explanation jsonb, salt text, ord integer)
  ), fresh as (
    insert into interaction (${names}, words_commitment)
    select ${names}, decode(words_commitment, 'hex') from input order by ord
    on conflict (id) do nothing
    returning id
  )
  insert into interaction_text (interaction_id, masked_text, explanation, salt)
  select input.id, input.masked_text, input.explanation, decode(input.salt, 'hex')
  from input join fresh on fresh.id = input.id`;

/** Without waiting for the disk: the send mark, which is on disk before, tells the same again. */
const insertDeliveries = `
  insert into delivery (interaction_id, unit_id, part, status, at, code, message_id)
  select interaction_id, unit_id, part, status, at, code, message_id
  from (select set_config('synchronous_commit', 'off', true)) as unflushed, jsonb_to_recordset($1::jsonb)
    as r(interaction_id text, unit_id text, part integer, status text, at timestamptz, code text, message_id text, ord integer)
  order by ord
  on conflict do nothing`;

function toRow(given: Interaction, ord: number, salts: Uint8Array): Record<string, unknown> {
  const interaction = toStorable(given);
  const words = { maskedText: interaction.maskedText, explanation: interaction.explanation };
  const { salt, commitment } = commitToWords(words, salts.subarray(ord * saltBytes, (ord + 1) * saltBytes));
  return {
    id: interaction.id,
    unit_id: interaction.unitId,
    channel: interaction.channel,
    citizen: interaction.citizen,
    received_at: interaction.receivedAt,
    handled_at: interaction.handledAt,
    kind: interaction.kind,
    decision: interaction.decision,
    topic: interaction.topic,
    aspect: interaction.aspect,
    confidence: interaction.confidence,
    candidates: interaction.candidates,
    language: interaction.language,
    sensitive: interaction.sensitive,
    content_version: interaction.contentVersion,
    matcher_version: interaction.matcherVersion,
    reply_text: interaction.replyText,
    links: interaction.links,
    outreach: interaction.outreach,
    test: interaction.test,
    words_commitment: Buffer.from(commitment).toString('hex'),
    masked_text: interaction.maskedText,
    explanation: interaction.explanation,
    salt: Buffer.from(salt).toString('hex'),
    ord,
  };
}

function toDeliveryRow(delivery: Delivery, ord: number): Record<string, unknown> {
  return {
    interaction_id: delivery.interactionId,
    unit_id: delivery.unitId,
    part: delivery.part,
    status: delivery.status,
    at: delivery.at,
    code: toStorable(delivery.code),
    message_id: toStorable(delivery.messageId),
    ord,
  };
}

/** Deliveries of this span become one statement: nobody waits for them but the queue. */
const deliveryWindowMs = 5;
const deliveriesAtOnce = 500;

/** The log on SQL: any number of rows in one statement, each id once. */
export function createInteractionStore(database: Queryable): InteractionStore {
  const deliverTogether = createGroupCommit<Delivery, undefined>(
    async (deliveries) => {
      await database.query(insertDeliveries, [JSON.stringify(deliveries.map(toDeliveryRow))]);
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
      const rows = distinct.map((interaction, ord) => toRow(interaction, ord, salts));
      await database.query(insertInteractions, [JSON.stringify(rows)]);
    },
    async appendDeliveries(deliveries) {
      if (deliveries.length > 0) await deliverTogether(deliveries);
    },
  };
}
