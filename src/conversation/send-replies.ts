import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../core/errors.ts';
import type { Delivery } from '../core/interaction.ts';
import type {
  BatchHandler,
  Channel,
  Clock,
  InteractionStore,
  JobOutcome,
  Logger,
  Metrics,
  PassingEnd,
  QueueJob,
  RateLimiter,
  SendMark,
  SendMarkStore,
  SendResult,
} from '../core/ports.ts';
import type { DeliveryStatus, OutboundMessage } from '../core/reply.ts';
import { SendTurns } from './send-turns.ts';
import type { UnitControls } from '../core/unit-control.ts';

export interface ReplySenderTools {
  channels: ReadonlyMap<string, Channel>;
  marks: SendMarkStore;
  interactions: InteractionStore;
  /** The platform's sending rate, shared by all processes; keys are `channel:sendLimit.keyOf(unit)`. */
  rate(channel: Channel): RateLimiter | undefined;
  controls: Pick<UnitControls, 'switchedOff'>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** A send that did not answer within this time may or may not have reached the citizen. */
const sendTimeoutMs = 15_000;
/**
 * Attempts of which nobody knows how they ended, because the process died between mark and result (milliseconds). The
 * message is tried again after each, since most such attempts never went out; after this many silence is better.
 */
const unknownAttemptsAtMost = 2;

/** What became of a job: its message's story is over and goes into the log, or its attempt ended in passing. */
type Sent = {
  outcome: JobOutcome;
  delivery?: Delivery;
  passing?: { status: PassingEnd; code: string | null };
};

/** Pauses of a unit whose platform cannot be reached: as long as the message has waited, within these bounds. */
const shortestRestMs = 1_000;
const longestRestMs = 60_000;

/** Sends a batch of messages of different citizens at once; results are recorded together. */
export function createReplySender(tools: ReplySenderTools): BatchHandler<OutboundMessage> {
  const rests = new UnitRests();
  const turns = new SendTurns();
  const unnoted: Unnoted = new Map();
  return async (jobs) => {
    const held = await Promise.all(jobs.map((job) => holdBack(job, rests, turns, tools)));
    const going = jobs.filter((_, index) => held[index] === undefined);
    const marks = await readMarks(going, unnoted, tools);
    // One for all that begins now: a signal with a timer of its own for each costs more than preparing the call.
    const tooLate = AbortSignal.timeout(sendTimeoutMs);
    const results = await Promise.all(
      going.map(async (job): Promise<JobOutcome> => {
        const sent = await sendOne(job, marks.get(job), rests, tooLate, tools);
        // At once, not with the batch: the shorter an attempt's end is unknown, the rarer a citizen reads it twice.
        if (await noteEnd(job.body, sent, tools)) return sent.outcome;
        remember(unnoted, job, sent);
        return { status: 'retry', reason: 'the end of the attempt could not be noted' };
      }),
    );
    const outcomes = results.values();
    return held.map((wait) => wait ?? outcomes.next().value ?? { status: 'retry', reason: 'no outcome' });
  };
}

/** Ends of attempts that the store did not take, by job: this process knows them, if nobody else does. */
type Unnoted = Map<string, Pick<SendMark, 'status' | 'messageId'>>;

/** An outage of the store leaves as many as were being sent; more than this is something else. */
const unnotedAtMost = 10_000;

function remember(unnoted: Unnoted, job: QueueJob<OutboundMessage>, { delivery, passing }: Sent): void {
  if (unnoted.size >= unnotedAtMost) unnoted.clear();
  const status = delivery?.status ?? passing?.status ?? null;
  unnoted.set(job.id, { status, messageId: delivery?.messageId ?? null });
}

/**
 * What is known of earlier attempts, for the messages that had any. One that began and left no mark ended as nobody
 * knows: its process died, or it never came to sending.
 */
async function readMarks(
  jobs: readonly QueueJob<OutboundMessage>[],
  unnoted: Unnoted,
  tools: ReplySenderTools,
): Promise<ReadonlyMap<QueueJob<OutboundMessage>, SendMark>> {
  const again = jobs.filter(({ attempt }) => attempt > 1);
  if (again.length === 0) return new Map();
  const known = await tools.marks.begin(again.map(({ body }) => body));
  return new Map(
    again.map((job, at) => {
      const mark = known[at] ?? { attempts: 0, status: null, messageId: null };
      const own = mark.status === null ? unnoted.get(job.id) : undefined;
      // The first attempt leaves no mark; of the others only those that are marked can have come to sending.
      return [job, { ...mark, ...own, attempts: Math.min(mark.attempts + 1, job.attempt - 1) }];
    }),
  );
}

const noteTries = 3;
const noteAgainMs = 500;

/**
 * Notes how an attempt ended; false when the store took it at no try. Never rejects: messages of the same batch may
 * still be on their way, and the batch would be handled again beside them.
 */
async function noteEnd(
  { interactionId, part }: OutboundMessage,
  { delivery, passing }: Sent,
  tools: ReplySenderTools,
): Promise<boolean> {
  for (let tried = 1; ; tried += 1) {
    try {
      if (delivery !== undefined) await tools.interactions.appendDeliveries([delivery]);
      if (passing !== undefined) await tools.marks.end([{ interactionId, part, ...passing }]);
      return true;
    } catch (error) {
      if (tried === noteTries) {
        tools.logger.error({ error }, 'the end of an attempt to send could not be noted');
        return false;
      }
      await sleep(noteAgainMs);
    }
  }
}

/**
 * Units whose sending rests on this process, because their platform is down or asked us to wait: the next messages wait
 * at once instead of each meeting the same time-out.
 */
class UnitRests {
  readonly #untilMs = new Map<string, number>();

  rest(channel: string, unitId: string, untilMs: number): void {
    this.#untilMs.set(`${channel}:${unitId}`, untilMs);
  }

  /** Milliseconds that the unit still rests; 0 when it may send. */
  remainingMs(channel: string, unitId: string, nowMs: number): number {
    const untilMs = this.#untilMs.get(`${channel}:${unitId}`) ?? 0;
    return Math.max(0, untilMs - nowMs);
  }
}

/** The wait of a message that may not go out now, or undefined; costs the database nothing. */
async function holdBack(
  job: QueueJob<OutboundMessage>,
  rests: UnitRests,
  turns: SendTurns,
  tools: ReplySenderTools,
): Promise<JobOutcome | undefined> {
  const channel = tools.channels.get(job.body.channel);
  if (channel === undefined) return undefined;
  const nowMs = performance.now();
  const restMs = rests.remainingMs(channel.name, job.unitId, nowMs);
  if (restMs > 0) return { status: 'defer', reason: 'the unit rests', afterMs: restMs };
  const rate = tools.rate(channel);
  if (rate === undefined || channel.sendLimit === undefined) return undefined;
  const { messages, seconds } = channel.sendLimit;
  const perSecond = messages / seconds;
  const key = `${channel.name}:${channel.sendLimit.keyOf(job.unitId)}`;
  const turnMs = turns.waitMs(key, job.id, perSecond, nowMs);
  if (turnMs > 0) return { status: 'defer', reason: 'sending rate reached', afterMs: turnMs };
  const { allowed, retryAfterMs } = await rate.take(key);
  if (allowed) return undefined;
  const afterMs = turns.give(key, job.id, perSecond, nowMs, retryAfterMs);
  return { status: 'defer', reason: 'sending rate reached', afterMs };
}

async function sendOne(
  job: QueueJob<OutboundMessage>,
  mark: SendMark | undefined,
  rests: UnitRests,
  tooLate: AbortSignal,
  tools: ReplySenderTools,
): Promise<Sent> {
  const message = job.body;
  const channel = tools.channels.get(message.channel);
  if (channel === undefined) return { outcome: { status: 'park', reason: `no channel ${message.channel}` } };
  if (mark !== undefined && isOver(mark.status)) return sayAgain(message, mark.status, mark.messageId, tools);
  if (mark !== undefined && mark.status === null && mark.attempts > unknownAttemptsAtMost) {
    return finish(message, 'unknown', null, 'interrupted', tools);
  }
  if (tools.clock.now().getTime() >= Date.parse(message.sendBefore)) {
    return finish(message, 'expired', null, null, tools);
  }
  // What the bot had decided before it was switched off is not said any more.
  const off = tools.controls.switchedOff(message.unitId, channel.name);
  if (off !== undefined && message.receivedAt < off.since) {
    return finish(message, 'suppressed', null, 'switched-off', tools);
  }
  const result = await attempt(channel, message, tooLate, tools);
  if (result.status !== 'retry' || result.scope === 'message') return toSent(result, message, tools);
  const waitedMs = tools.clock.now().getTime() - job.putAt.getTime();
  const pauseMs = result.afterMs ?? Math.min(longestRestMs, Math.max(shortestRestMs, waitedMs));
  rests.rest(channel.name, message.unitId, performance.now() + pauseMs);
  tools.metrics.count('tthc_outbound_total', { channel: message.channel, result: 'rest' });
  return wait(result.code, pauseMs);
}

function isOver(status: SendMark['status']): status is DeliveryStatus {
  return status !== null && status !== 'held' && status !== 'failed';
}

/** Only what followed the end was lost; saying it again changes nothing where it was recorded. */
function sayAgain(
  { interactionId, unitId, part }: OutboundMessage,
  status: DeliveryStatus,
  messageId: string | null,
  tools: ReplySenderTools,
): Sent {
  const at = tools.clock.now().toISOString();
  return {
    outcome: { status: 'done' },
    delivery: { interactionId, unitId, part, status, at, code: null, messageId },
  };
}

/** Not sent, and nobody's fault; it is noted that this attempt ended without a message going out. */
function wait(reason: string, afterMs: number): Sent {
  return {
    outcome: { status: 'defer', reason, afterMs },
    passing: { status: 'held', code: reason },
  };
}

async function attempt(
  channel: Channel,
  message: OutboundMessage,
  tooLate: AbortSignal,
  tools: ReplySenderTools,
): Promise<SendResult> {
  try {
    return await channel.send(message, tooLate);
  } catch (error) {
    tools.logger.error({ error, channel: channel.name, unit: message.unitId }, 'a channel failed to send');
    return { status: 'retry', code: errorMessage(error).slice(0, 80), scope: 'message' };
  }
}

function toSent(result: SendResult, message: OutboundMessage, tools: ReplySenderTools): Sent {
  switch (result.status) {
    case 'sent':
      return finish(message, 'sent', result.messageId, null, tools);
    case 'refused':
    case 'window-closed':
    case 'undeliverable':
    case 'unknown':
      return finish(message, result.status, null, result.code, tools);
    case 'retry':
      tools.metrics.count('tthc_outbound_total', { channel: message.channel, result: 'retry' });
      return {
        outcome: {
          status: 'retry',
          reason: result.code,
          ...(result.afterMs === undefined ? {} : { afterMs: result.afterMs }),
        },
        passing: { status: 'failed', code: result.code },
      };
  }
}

/** The message's story is over; how it ended goes into the log. */
function finish(
  message: OutboundMessage,
  status: DeliveryStatus,
  messageId: string | null,
  code: string | null,
  tools: ReplySenderTools,
): Sent {
  const now = tools.clock.now();
  tools.metrics.count('tthc_outbound_total', { channel: message.channel, result: status });
  if (status === 'sent' && message.part === 0) {
    const seconds = (now.getTime() - Date.parse(message.receivedAt)) / 1000;
    tools.metrics.observe('tthc_reply_seconds', seconds, { channel: message.channel });
  }
  return {
    outcome: { status: 'done' },
    delivery: {
      interactionId: message.interactionId,
      unitId: message.unitId,
      part: message.part,
      status,
      at: now.toISOString(),
      code,
      messageId,
    },
  };
}
