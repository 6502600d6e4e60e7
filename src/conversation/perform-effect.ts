import type { ConversationRecords } from '../core/conversation-records.ts';
import type { HandoverMoment, HandoverStore } from '../core/handover.ts';
import type { Channel, Logger, SecretBox } from '../core/ports.ts';
import type { EffectContext } from './effect-context.ts';
import type { Effect } from './turn.ts';

/** Where effects leave their records. */
export interface EffectTools {
  records: ConversationRecords;
  handovers: HandoverStore;
  /** Seals the platform's id of a citizen who waits for an officer. */
  box: SecretBox;
  channels: ReadonlyMap<string, Channel>;
  recordConsent(record: {
    unitId: string;
    channel: string;
    citizen: string;
    decision: 'granted' | 'declined';
    noticeVersion: string;
    at: string;
  }): Promise<void>;
  /** Erases the citizen's words and the session, and writes the audit log. */
  eraseCitizen(citizen: string, unitId: string, by: 'citizen' | 'platform', at: Date): Promise<void>;
  logger: Logger;
}

/** Says what the sealed address of a hand-over belongs to, so that it opens nowhere else. */
export function addressContext(citizen: string): string {
  return `handover:${citizen}`;
}

/** Carries out what a plan asks for beside its reply. */
export function createEffectPerformer(
  tools: EffectTools,
): (effect: Effect, of: EffectContext) => Promise<void> {
  return async (effect, of) => {
    const { citizen, unitId, channel, interactionId } = of;
    const at = of.at.toISOString();
    switch (effect.kind) {
      case 'erase-citizen':
        await tools.handovers.forget(citizen);
        // What is said to this very request stays to be read.
        await tools.channels.get(channel)?.forget?.(of.event.userId, of.event.receivedAt);
        return tools.eraseCitizen(citizen, unitId, effect.by, of.at);
      case 'record-consent': {
        const { granted, noticeVersion } = effect;
        const decision = granted ? 'granted' : 'declined';
        return tools.recordConsent({ unitId, channel, citizen, decision, noticeVersion, at });
      }
      case 'record-feedback': {
        const { about, helpful, reason } = effect;
        return tools.records.appendFeedback({ interactionId: about, unitId, citizen, helpful, reason, at });
      }
      case 'suggest-training': {
        const { about, topic, aspect } = effect;
        return tools.records.appendSuggestion({ interactionId: about, unitId, citizen, topic, aspect, at });
      }
      case 'record-survey': {
        const { survey, question, answer } = effect;
        const record = { interactionId, unitId, channel, citizen, survey, question, answer, at };
        return tools.records.appendSurveyAnswer(record);
      }
      case 'open-handover':
        if (of.event.unattended === true) return;
        await tools.handovers.open(toMoment(effect, of, tools));
        // A platform that hangs may not hold up the events behind this one; the conversation waits in our own queue.
        void passOn(of, tools);
        return;
      case 'note-officer': {
        const moment = toMoment(effect, of, tools);
        // Taking a conversation is not yet an answer.
        return effect.reason === 'officer-wrote'
          ? tools.handovers.noteAnswer(moment)
          : tools.handovers.open(moment);
      }
      case 'extend-handover':
        return tools.handovers.noteMessage(citizen, at, windowUntil(of, tools), effect.until);
      case 'close-handover':
        await tools.handovers.close(citizen, effect.by, at);
        return;
    }
  };
}

function toMoment(
  effect: Extract<Effect, { kind: 'open-handover' | 'note-officer' }>,
  of: EffectContext,
  tools: EffectTools,
): HandoverMoment {
  const userId = new TextEncoder().encode(of.event.userId);
  return {
    id: of.interactionId,
    unitId: of.unitId,
    channel: of.channel,
    citizen: of.citizen,
    reason: effect.reason,
    test: of.event.test ?? false,
    at: of.at.toISOString(),
    windowUntil: windowUntil(of, tools),
    silentUntil: effect.until,
    address: tools.box.seal(userId, addressContext(of.citizen)),
  };
}

/** The platform's window runs from the citizen's last act. */
function windowUntil(of: EffectContext, tools: EffectTools): string {
  const windowMs = tools.channels.get(of.channel)?.replyWindowMs ?? 0;
  return new Date(Date.parse(of.event.occurredAt) + windowMs).toISOString();
}

/** Gives the conversation to the officers' tool on the platform where there is one; it is shown in our own queue anyway. */
async function passOn(of: EffectContext, tools: EffectTools): Promise<void> {
  const channel = tools.channels.get(of.channel);
  try {
    const passed = await channel?.handOver?.(of.unitId, of.event.userId);
    if (passed === false) tools.logger.warn({ unit: of.unitId }, 'a conversation could not be passed on');
  } catch (error) {
    tools.logger.warn({ error, unit: of.unitId }, 'a conversation could not be passed on');
  }
}
