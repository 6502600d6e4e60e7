import { setImmediate } from 'node:timers/promises';
import type { CatalogueLibrary } from '../content/catalogue/catalogue-library.ts';
import type { Library, Unit } from '../content/library.ts';
import type { Translator } from '../content/translator.ts';
import type { InboundEvent } from '../core/event.ts';
import { AppError, errorMessage } from '../core/errors.ts';
import type { Interaction } from '../core/interaction.ts';
import type {
  BatchHandler,
  Channel,
  Clock,
  InteractionStore,
  JobOutcome,
  Logger,
  Metrics,
  Queue,
  QueueItem,
  QueueJob,
  RateLimiter,
  SessionStore,
} from '../core/ports.ts';
import type { OutreachMark } from '../core/outreach.ts';
import type { OutboundMessage, Reply } from '../core/reply.ts';
import { newSession, type SessionState } from '../core/session.ts';
import type { LocalizedText, UnitControls } from '../core/unit-control.ts';
import type { Understanding } from '../core/understood.ts';
import type { EffectContext } from './effect-context.ts';
import { interactionId } from './interaction-id.ts';
import { loggedWords } from './logged-words.ts';
import { allowanceOf, respondWithinPace, type Pace } from './pace.ts';
import { readReferral, type FindOutreach } from './read-referral.ts';
import { respond } from './respond.ts';
import { respondSwitchedOff } from './respond-switched-off.ts';
import type { Effect, Plan, Turn } from './turn.ts';

/** What the handler of inbound events uses; built once in compose.ts. */
export interface EventHandlerTools {
  /** Content and model at this moment: both may be replaced while the server runs. */
  library(): Library;
  catalogue(): CatalogueLibrary;
  understanding(): Understanding;
  /** Notices and kill switches that are in force now. */
  controls: UnitControls;
  t: Translator;
  /** The item of a unit's outreach register with this code; undefined when there is none that may bring anybody in. */
  findOutreach: FindOutreach;
  channels: ReadonlyMap<string, Channel>;
  sessions: SessionStore;
  outbound: Queue<OutboundMessage>;
  interactions: InteractionStore;
  /** Carries out what a plan asks for beside its reply; repeating it is harmless. */
  perform(effect: Effect, of: EffectContext): Promise<void>;
  /** The address that a reply gives instead of an official page's, so that openings can be counted. */
  wrapLink: (unitId: string, url: string) => string;
  /** Hides personal data in a citizen's words. */
  maskText(text: string): string;
  /** Counts the events of a unit; one that gets more than it can bear hears each citizen less often. */
  unitRate: RateLimiter;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** Session state outlives the platforms' longest reply window, so that a returning citizen keeps language and consent. */
const sessionTtlSeconds = 30 * 24 * 60 * 60;

/** One event on its way: what was decided, and the records that follow from it. */
interface Handled {
  job: QueueJob<InboundEvent>;
  plan: Plan;
  interaction: Interaction;
  messages: QueueItem<OutboundMessage>[];
}

/**
 * Handles a batch of events of different citizens: sessions are read together, each event is decided on its own, and
 * replies, log rows and sessions are stored together. Every record's id follows from its event, so handling an event
 * again after a crash stores nothing twice.
 */
export function createEventHandler(tools: EventHandlerTools): BatchHandler<InboundEvent> {
  return async (jobs) => {
    const sessions = await Promise.all(jobs.map((job) => tools.sessions.read(job.key)));
    const crowded = await findCrowdedUnits(jobs, tools.unitRate);
    const marks = await Promise.all(jobs.map((job) => readReferral(job.body, tools.findOutreach)));
    const results: (Handled | JobOutcome)[] = [];
    for (const [index, job] of jobs.entries()) {
      await breathe();
      results.push(handleOne(job, sessions[index], marks[index], crowded, tools));
    }
    const handled = results.filter((result): result is Handled => 'plan' in result);
    try {
      await storeAll(handled, tools);
    } catch (error) {
      // What cannot pass by itself may be the fault of one: the worker tries each alone.
      if (!(error instanceof AppError && error.retryable)) throw error;
      return jobs.map((_, index) => {
        const result = results[index];
        return result !== undefined && 'plan' in result
          ? { status: 'retry', reason: errorMessage(error) }
          : (result ?? { status: 'done' });
      });
    }
    for (const { plan, job } of handled) {
      tools.metrics.count('tthc_interactions_total', { channel: job.body.channel, decision: plan.decision });
    }
    return results.map((result) => ('plan' in result ? { status: 'done' } : result));
  };
}

/** How long deciding may keep the process from its requests: a platform's delivery waits behind it. */
const longestSpanMs = 5;
let spanBegan = 0;

/** Lets requests that came meanwhile be answered first, when deciding has taken its span. */
async function breathe(): Promise<void> {
  if (performance.now() - spanBegan < longestSpanMs) return;
  await setImmediate();
  spanBegan = performance.now();
}

/** One look at each unit of a batch, not at each event. */
async function findCrowdedUnits(
  jobs: readonly QueueJob<InboundEvent>[],
  unitRate: RateLimiter,
): Promise<ReadonlySet<string>> {
  const counts = new Map<string, number>();
  for (const { unitId } of jobs) counts.set(unitId, (counts.get(unitId) ?? 0) + 1);
  const crowded = await Promise.all(
    [...counts].map(async ([unitId, events]) =>
      (await unitRate.take(unitId, events)).allowed ? [] : [unitId],
    ),
  );
  return new Set(crowded.flat());
}

function handleOne(
  job: QueueJob<InboundEvent>,
  stored: SessionState | undefined,
  outreach: OutreachMark | undefined,
  crowded: ReadonlySet<string>,
  tools: EventHandlerTools,
): Handled | JobOutcome {
  const event = job.body;
  const library = tools.library();
  const unit = library.units.get(event.unitId);
  const channel = tools.channels.get(event.channel);
  if (unit === undefined || channel === undefined) {
    return {
      status: 'park',
      reason: `no unit ${event.unitId} with channel ${event.channel} in this deployment`,
    };
  }
  // The session was written after this very event: it is stored in full, only the acknowledgement was lost.
  if (stored?.lastEventId === event.eventId) return { status: 'done' };
  const now = tools.clock.now();
  const understanding = tools.understanding();
  try {
    const session = stored ?? newSession(now);
    const { t } = tools;
    const catalogue = tools.catalogue();
    const notice = tools.controls.notice(unit.id, now) ?? noticeOfFile(unit, now);
    const turn = { event, session, unit, library, catalogue, understanding, t, now, notice, outreach };
    const off = tools.controls.switchedOff(unit.id, channel.name);
    const decide = off === undefined ? respond : (of: Turn) => respondSwitchedOff(of, off);
    const startedMs = performance.now();
    const { plan, pace } = respondWithinPace(turn, allowanceOf(turn, crowded.has(unit.id)), decide);
    tools.metrics.observe('tthc_understanding_seconds', (performance.now() - startedMs) / 1_000);
    if (pace !== 'within') countExcess(event, pace, tools);
    const interaction = toInteraction(job, plan, library, understanding, now, tools);
    // A flood is counted and dated, but not kept word for word.
    if (pace !== 'within') interaction.maskedText = null;
    return { job, plan, interaction, messages: toMessages(job, plan, channel, interaction.id, tools) };
  } catch (error) {
    tools.logger.error({ error, unit: event.unitId, attempt: job.attempt }, 'an event could not be decided');
    return { status: 'retry', reason: errorMessage(error) };
  }
}

/** A notice that the unit's file holds. */
function noticeOfFile({ notice }: Unit, now: Date): LocalizedText | undefined {
  return notice !== undefined && now.getTime() < Date.parse(notice.until) ? notice.text : undefined;
}

function countExcess(event: InboundEvent, pace: Pace, { logger, metrics }: EventHandlerTools): void {
  metrics.count('tthc_limited_total', { channel: event.channel });
  if (pace === 'first-too-many') {
    logger.warn(
      { unit: event.unitId, channel: event.channel },
      'a citizen writes faster than the unit allows; told once, then silence until a pause of a minute',
    );
  }
}

/**
 * Replies first, then the log, which takes the replies to the disk with it, then the session: whatever is missing after
 * a crash is stored by the retry.
 */
async function storeAll(handled: readonly Handled[], tools: EventHandlerTools): Promise<void> {
  if (handled.length === 0) return;
  const messages = handled.flatMap((each) => each.messages);
  for (const { job } of handled.filter((each) => each.messages.length > 0)) showTyping(job.body, tools);
  const sending = messages.length > 0 ? await tools.outbound.putUnflushed(messages) : undefined;
  await tools.interactions.append(handled.map((each) => each.interaction));
  sending?.start();
  for (const { plan, job } of handled) {
    for (const effect of plan.effects) {
      const { unitId, channel } = job.body;
      await tools.perform(effect, {
        citizen: job.key,
        unitId,
        channel,
        at: tools.clock.now(),
        event: job.body,
        interactionId: interactionId(job.body),
      });
    }
  }
  await Promise.all(
    handled.map(({ job, plan }) =>
      tools.sessions.write(
        job.key,
        { ...plan.session, lastEventId: job.body.eventId, lastInteractionId: interactionId(job.body) },
        sessionTtlSeconds,
      ),
    ),
  );
}

/** Seen and typing are courtesies: they never delay or fail an answer. */
function showTyping(event: InboundEvent, tools: EventHandlerTools): void {
  const channel = tools.channels.get(event.channel);
  channel?.acknowledge?.(event.unitId, event.userId).catch((error: unknown) => {
    tools.logger.debug({ error, unit: event.unitId }, 'seen and typing could not be shown');
  });
}

function toMessages(
  job: QueueJob<InboundEvent>,
  plan: Plan,
  channel: Channel,
  interaction: string,
  { wrapLink }: EventHandlerTools,
): QueueItem<OutboundMessage>[] {
  if (plan.reply.sections.length === 0) return [];
  const event = job.body;
  const sendBefore = new Date(Date.parse(event.occurredAt) + channel.replyWindowMs).toISOString();
  // Tests are never counted, so they get the pages' own addresses.
  const reply =
    event.test === true ? plan.reply : withLinks(plan.reply, (url) => wrapLink(event.unitId, url));
  return channel.format(reply).map((body, part) => ({
    id: `${interaction}:${part}`,
    key: job.key,
    unitId: event.unitId,
    body: {
      channel: event.channel,
      unitId: event.unitId,
      userId: event.userId,
      interactionId: interaction,
      part,
      sendBefore,
      receivedAt: event.receivedAt,
      body,
    },
  }));
}

function withLinks(reply: Reply, wrap: (url: string) => string): Reply {
  const buttons = reply.buttons.map((button) =>
    button.kind === 'link' ? { ...button, url: wrap(button.url) } : button,
  );
  return { ...reply, buttons };
}

function toInteraction(
  job: QueueJob<InboundEvent>,
  plan: Plan,
  library: Library,
  understanding: Understanding,
  now: Date,
  tools: EventHandlerTools,
): Interaction {
  const event = job.body;
  // What is said in an emergency or about a crime is not kept, nor the words of someone who declined.
  const keepWords = plan.sensitive === null && plan.session.consent !== 'declined';
  return {
    id: interactionId(event),
    unitId: event.unitId,
    channel: event.channel,
    citizen: job.key,
    receivedAt: event.receivedAt,
    handledAt: now.toISOString(),
    kind: event.content.kind,
    decision: plan.decision,
    topic: plan.topic,
    aspect: plan.aspect,
    confidence: plan.confidence,
    candidates: plan.candidates.slice(0, 5),
    explanation: keepWords
      ? plan.explanation.map((line) => ({ ...line, text: tools.maskText(line.text) }))
      : [],
    language: plan.language,
    sensitive: plan.sensitive,
    contentVersion: library.version,
    matcherVersion: understanding.version,
    maskedText: keepWords ? loggedWords(event.content, (text) => tools.maskText(text)) : null,
    replyText: plan.reply.sections.join('\n\n'),
    links: plan.reply.buttons.flatMap((button) => (button.kind === 'link' ? [button.url] : [])),
    outreach: plan.session.outreach,
    test: event.test ?? false,
  };
}

export { interactionId } from './interaction-id.ts';
