import type { InboundEvent } from './event.ts';
import type { Delivery, Interaction } from './interaction.ts';
import type { CounterName, GaugeName, HistogramName } from './metric.ts';
import type { OutboundMessage, Reply } from './reply.ts';
import type { SessionState } from './session.ts';

export interface Clock {
  now(): Date;
}

/** Structured log. Fields never hold secrets, platform user ids or citizens' words. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Session state by citizen pseudonym. The same contract suite runs on every implementation. */
export interface SessionStore {
  /** The stored state; undefined when there is none or it has expired. */
  read(citizen: string): Promise<SessionState | undefined>;
  /** Replaces the state; it disappears `ttlSeconds` after the last write. */
  write(citizen: string, state: SessionState, ttlSeconds: number): Promise<void>;
  remove(citizen: string): Promise<void>;
}

/** One item to put on a queue. Items with the same `id` are the same item; items with one `key` run in order, one at a time. */
export interface QueueItem<T> {
  id: string;
  key: string;
  /** For fairness between units and for figures. */
  unitId: string;
  body: T;
}

/** An item handed to a worker. `attempt` starts at 1. */
export interface QueueJob<T> extends QueueItem<T> {
  attempt: number;
  putAt: Date;
}

/**
 * What the worker made of a job. `retry` waits (growing delay unless `afterMs`), then parks after the last attempt.
 * `defer` waits too, but is nobody's fault (a rate was reached, a platform is down) and counts as no attempt.
 */
export type JobOutcome =
  | { status: 'done' }
  | { status: 'retry'; reason: string; afterMs?: number }
  | { status: 'defer'; reason: string; afterMs: number }
  | { status: 'park'; reason: string };

/** Handles jobs of distinct keys together and returns one outcome each, in the same order. */
export type BatchHandler<T> = (jobs: readonly QueueJob<T>[]) => Promise<JobOutcome[]>;

export interface QueueState {
  waiting: number;
  active: number;
  retrying: number;
  parked: number;
  /** Age of the oldest item that could run now; 0 when there is none. */
  oldestSeconds: number;
}

export interface ParkedItem {
  id: string;
  unitId: string;
  reason: string;
  parkedAt: Date;
}

/**
 * Durable queue. `put` stores and de-duplicates in one statement and resolves only when it is on disk; it rejects with
 * AppError `storage-unavailable` when it cannot. Bodies are encrypted at rest and gone when the item is done.
 */
export interface Queue<T> {
  put(items: readonly QueueItem<T>[]): Promise<{ stored: number; duplicates: number }>;
  /**
   * Like `put`, but does not wait for the disk: for who stores something durably right afterwards, which takes this
   * along, and begins again from what is on disk when both were lost. Then the caller calls `start`: what this process
   * can handle itself begins at once; without it that begins when a lease has run out.
   */
  putUnflushed(
    items: readonly QueueItem<T>[],
  ): Promise<{ stored: number; duplicates: number; start: () => void }>;
  consume(handler: BatchHandler<T>): Promise<void>;
  /** Stops taking new jobs and waits for running ones, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
  state(): Promise<QueueState>;
  parked(limit: number): Promise<ParkedItem[]>;
  /** Puts a parked item back. */
  release(id: string): Promise<boolean>;
}

/** Encrypts what waits at rest. `open` of something sealed under a discarded key throws AppError `not-found`. */
export interface PayloadCipher {
  seal(plain: Uint8Array): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

/** Writes the interaction log; appending the same id again changes nothing. */
export interface InteractionStore {
  append(interactions: readonly Interaction[]): Promise<void>;
  /** On disk once it resolves: it is what tells after a crash that a message went out. */
  appendDeliveries(deliveries: readonly Delivery[]): Promise<void>;
}

/** One message of a reply. */
export type MessagePart = Pick<Delivery, 'interactionId' | 'part'>;

/** How an attempt ended after which the message is tried again: not made after all, or in vain. */
export type PassingEnd = 'held' | 'failed';

/** What is known of earlier attempts to send one message. */
export interface SendMark {
  /** Attempts begun so far, this one not counted; those of which the queue alone knows may be missing. */
  attempts: number;
  /** How the last attempt ended: a delivery that is in the log, or a passing end; null when nobody knows. */
  status: Delivery['status'] | PassingEnd | null;
  messageId: string | null;
}

/**
 * Marks around sends that are made again, so that an event which is handled again rarely speaks twice. That a first
 * attempt began is known from the queue, which counts it before it begins, and how a message's story ended from the log.
 */
export interface SendMarkStore {
  /** Durably marks that these messages are about to go out again; returns what was known before, in the same order. */
  begin(messages: readonly MessagePart[]): Promise<(SendMark | undefined)[]>;
  /** Durably records how attempts ended after which the messages are tried again. */
  end(ends: readonly (MessagePart & { status: PassingEnd; code: string | null })[]): Promise<void>;
}

/** What one process at a time may do across all processes of the deployment. */
export interface Leases {
  /** Runs `work` if the lease is free, and says so; `ran: false` when another process holds it. Renewed meanwhile. */
  tryRun<T>(name: string, work: () => Promise<T>): Promise<{ ran: true; result: T } | { ran: false }>;
}

/** Encrypts small secrets that are kept for long under a key that never changes. `context` must be the same on opening. */
export interface SecretBox {
  seal(plain: Uint8Array, context: string): Uint8Array;
  open(sealed: Uint8Array, context: string): Uint8Array;
}

/** A key of the payload cipher as it is stored: sealed by a SecretBox. */
export interface StoredPayloadKey {
  /** 16 bytes; the first bytes of everything sealed under this key. */
  id: Uint8Array;
  wrapped: Uint8Array;
  createdAt: Date;
}

/**
 * Where the keys of waiting items are kept until nothing waits under them. Ages are by the store's own clock: those of the
 * processes differ, and jump.
 */
export interface PayloadKeyStore {
  newest(): Promise<(StoredPayloadKey & { ageMs: number }) | undefined>;
  read(id: Uint8Array): Promise<StoredPayloadKey | undefined>;
  add(key: { id: Uint8Array; wrapped: Uint8Array }): Promise<void>;
  /** Destroys the keys of at least this age under which nothing waits, but none of `kept`; returns how many. */
  discardUnused(leastAgeMs: number, kept: readonly Uint8Array[]): Promise<number>;
}

export interface Mail {
  to: readonly string[];
  subject: string;
  text: string;
}

/** Sends a mail; rejects when the mail server did not take it. */
export type SendMail = (mail: Mail) => Promise<void>;

/** A shared budget of actions per key and time. Never rejects: when it cannot count, it allows. */
export interface RateLimiter {
  /** Takes `points` (default 1) from the budget of `key`. `retryAfterMs` is 0 when allowed. */
  take(key: string, points?: number): Promise<{ allowed: boolean; retryAfterMs: number }>;
}

/** Counts or times something. */
export interface Metrics {
  count(name: CounterName, labels?: Record<string, string>, by?: number): void;
  observe(name: HistogramName, seconds: number, labels?: Record<string, string>): void;
  gauge(name: GaugeName, value: number, labels?: Record<string, string>): void;
}

/** Headers by lower-case name, as node:http gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Verification = { ok: true; unitIds: readonly string[] } | { ok: false; reason: string };

/** What one delivery held. `ignored` counts the events that are acknowledged but never handled, by name. */
export interface ParsedDelivery {
  events: InboundEvent[];
  ignored: Record<string, number>;
}

export type SendResult =
  | { status: 'sent'; messageId: string | null }
  /** Not sent, and sending again unchanged cannot help. */
  | { status: 'refused' | 'window-closed' | 'undeliverable'; code: string }
  /** Not sent; may be sent later. `afterMs` when the platform said so; `scope` tells whether others must wait too. */
  | { status: 'retry'; code: string; afterMs?: number; scope: 'message' | 'unit' }
  /** The request went out and no answer came back: it may have been sent. */
  | { status: 'unknown'; code: string };

/**
 * A channel turns bytes into neutral events and neutral replies into calls; it decides nothing.
 * `verify` and `parse` are pure; only `send` does I/O.
 */
export interface Channel {
  readonly name: string;
  verify(rawBody: Uint8Array, headers: Headers): Verification;
  /** Reads a verified body. Throws AppError `invalid-input` when the body is not of the platform's form at all. */
  parse(rawBody: Uint8Array, receivedAt: Date): ParsedDelivery;
  /** The messages that show `reply`, within the platform's limits, in order. */
  format(reply: Reply): unknown[];
  /** How long after the citizen's last act a reply may still be sent. */
  readonly replyWindowMs: number;
  send(message: OutboundMessage, signal: AbortSignal): Promise<SendResult>;
  /** Shows that the message was read and an answer is on its way, where the platform can; failures are ignored. */
  acknowledge?(unitId: string, userId: string): Promise<void>;
  /**
   * Answers the GET with which a platform checks a webhook address: the text to send back, or undefined when the
   * request does not prove itself (403). Absent where the platform makes no such check.
   */
  answerChallenge?(query: URLSearchParams): string | undefined;
  /** Gives the conversation to the officers' tool on the platform, where there is one; false when that failed. */
  handOver?(unitId: string, userId: string): Promise<boolean>;
  /** Takes it back, so that the platform lets through what officers send from here; false when that failed. */
  takeOver?(unitId: string, userId: string): Promise<boolean>;
  /** Forgets what the channel itself keeps of what was said to a citizen before an instant (ISO 8601). */
  forget?(userId: string, before: string): Promise<void>;
  /** The address that opens a conversation with a unit; undefined where there is none. */
  invite?(unitId: string, code: string): Invitation | undefined;
  /**
   * How fast the platform lets us send: so many messages in a span of so many seconds, the first of which begins it;
   * messages of units with the same key share the figure.
   */
  readonly sendLimit?: { messages: number; seconds: number; keyOf(unitId: string): string };
}

/** An address that opens a conversation with a unit. */
export interface Invitation {
  url: string;
  /** Whether the code that it was made for comes back to us with whoever follows it. */
  carriesCode: boolean;
}

/** Tokens by which we send for a unit, where the platform rotates them. Instants are ISO 8601 in UTC. */
export interface TokenPair {
  accessToken: string;
  /** Single use: once exchanged, only the pair that came back is worth anything. */
  refreshToken: string;
  obtainedAt: string;
  expiresAt: string;
}

/** Keeps rotating tokens, encrypted at rest, for all processes of the deployment. */
export interface TokenVault {
  read(unitId: string): Promise<TokenPair | undefined>;
  /** Resolves when the pair is on disk. */
  write(unitId: string, pair: TokenPair): Promise<void>;
  /** Runs `work` while no other process runs work for the same unit; a crashed holder's lock is released. */
  withLock<T>(unitId: string, work: () => Promise<T>): Promise<T>;
}
