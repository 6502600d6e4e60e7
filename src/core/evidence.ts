import type { Json } from './canonical-json.ts';

/**
 * What is sealed: the kinds of record, with the members of each one's body in the order in which tables show them.
 * A further kind is one more line here and its query in the seal store.
 */
export const evidenceFields = {
  interaction: [
    'id',
    'unitId',
    'channel',
    'citizen',
    'eventKind',
    'decision',
    'topic',
    'aspect',
    'confidence',
    'candidates',
    'language',
    'sensitive',
    'replyText',
    'links',
    'outreach',
    'test',
    'handledAt',
    'appendedAt',
    'contentVersion',
    'matcherVersion',
    'wordsCommitment',
    'nonce',
  ],
  delivery: ['interactionId', 'unitId', 'part', 'status', 'code', 'messageId', 'appendedAt', 'nonce'],
  consent: ['unitId', 'channel', 'citizen', 'decision', 'noticeVersion', 'appendedAt', 'nonce'],
  audit: ['unitId', 'actor', 'action', 'subject', 'before', 'after', 'appendedAt', 'nonce'],
  feedback: ['interactionId', 'unitId', 'citizen', 'helpful', 'reason', 'appendedAt', 'nonce'],
  'survey-answer': [
    'interactionId',
    'unitId',
    'channel',
    'citizen',
    'survey',
    'question',
    'answer',
    'appendedAt',
    'nonce',
  ],
  'link-open': ['unitId', 'url', 'opens', 'appendedAt', 'nonce'],
} as const;

export type EvidenceKind = keyof typeof evidenceFields;

/** All kinds in the order in which they stand in a batch: by UTF-16 code unit. */
export const evidenceKinds = (Object.keys(evidenceFields) as EvidenceKind[]).sort();

/** The chain of what belongs to no unit: acts on the whole deployment. Not a possible unit id. */
export const systemUnitId = '_system';

/** One row as it is sealed. */
export interface EvidenceRecord {
  kind: EvidenceKind;
  /** The row's number within its kind, over all units. */
  seq: number;
  /** When it happened; decides the period it belongs to. `YYYY-MM-DDTHH:MM:SS.ffffffZ`, so that text order is time order. */
  at: string;
  body: { readonly [name: string]: Json };
}

/** What can be erased of a record: the citizen's masked words and what the matcher said of them. */
export interface EvidenceWords {
  explanation: readonly { code: string; text: string; weight?: number }[];
  maskedText: string | null;
  /** Lower-case hex. */
  salt: string;
}

/** A record with its words: null once they were erased, absent for kinds that have none. */
export interface ExportedRecord extends EvidenceRecord {
  words?: EvidenceWords | null;
}

/** One sealed batch of a unit. Hashes are lower-case hex; `header` and `leaves` are the exact texts that were hashed. */
export interface Seal {
  unitId: string;
  /** 1, 2, 3 … without gaps. */
  number: number;
  hash: string;
  header: string;
  /** Canonical JSON list of all leaves; null where the reader did not ask for them. */
  leaves: string | null;
  /** Earliest and latest time of the batch's records, and the latest of all records up to this batch. */
  firstAt: string;
  lastAt: string;
  latestAt: string;
  sealedAt: string;
}

/** A half-open interval of instants: `from` belongs to it, `to` does not. */
export interface EvidenceInterval {
  from: Date;
  to: Date;
}

/** Reads what is to be sealed and keeps the seals. */
export interface SealStore {
  /**
   * The highest `seq` of each kind up to which no row can appear any more: every row at or below it is visible now or
   * never will be. Undefined when a writer did not finish in time; then ask again later.
   */
  readHorizon(): Promise<ReadonlyMap<EvidenceKind, number> | undefined>;
  /** Rows of a unit with `after` < seq ≤ `through`, by seq. */
  readUnsealed(
    kind: EvidenceKind,
    unitId: string,
    range: { after: number; through: number; limit: number },
  ): Promise<EvidenceRecord[]>;
  readNewest(unitId: string): Promise<Seal | undefined>;
  /** Numbers of the first and last seal that hold records of the interval; undefined when none does. */
  readRange(unitId: string, interval: EvidenceInterval): Promise<{ first: number; last: number } | undefined>;
  /** Rejects when a seal of that number exists. */
  append(seal: Seal & { leaves: string }): Promise<void>;
  /**
   * The chain by number, from the last seal before which nothing lies in the interval to the newest; with leaves where
   * a batch may hold records of the interval.
   */
  readChain(unitId: string, interval: EvidenceInterval): AsyncIterable<Seal>;
  /** Rows of the interval as they are now, by seq, with their words. */
  readRecords(
    kind: EvidenceKind,
    unitId: string,
    interval: EvidenceInterval,
    range: { after: number; through: number; limit: number },
  ): Promise<ExportedRecord[]>;
}
