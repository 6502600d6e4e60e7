import { createHash, randomUUID } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { EventContent, InboundEvent } from '../core/event.ts';
import { officerReplyLimit, type HandoverEntry, type HandoverStore } from '../core/handover.ts';
import type { Channel, Clock, Logger, Queue, SecretBox } from '../core/ports.ts';
import type { OutboundMessage } from '../core/reply.ts';
import { interactionId } from './interaction-id.ts';
import { addressContext } from './perform-effect.ts';

/** What an officer's act on a conversation sets going: the bot falls silent or speaks again, a reply goes out. */
export interface HandoverDesk {
  /** Takes a conversation. Throws AppError `conflict` when it is over or a colleague has it. */
  take(id: string, officer: string): Promise<HandoverEntry>;
  /**
   * Answers the citizen through the channel, once per `replyId`. Throws AppError `conflict` when a colleague has it or it is over,
   * `invalid-input` when the text is empty or too long, or the platform's window has closed.
   */
  reply(id: string, officer: string, text: string, replyId?: string): Promise<void>;
  /** Gives the conversation back to the bot. Throws AppError `conflict` when a colleague has it or it is over. */
  giveBack(id: string, officer: string): Promise<void>;
}

export interface HandoverDeskTools {
  handovers: HandoverStore;
  box: SecretBox;
  channels: ReadonlyMap<string, Channel>;
  outbound: Queue<OutboundMessage>;
  /** Puts an event on the inbound queue: sessions change in one place, one event of a citizen at a time. */
  accept(event: InboundEvent): Promise<void>;
  maskText(text: string): string;
  clock: Clock;
  logger: Logger;
}

export function createHandoverDesk(tools: HandoverDeskTools): HandoverDesk {
  const now = () => tools.clock.now();

  async function held(id: string, officer: string): Promise<{ entry: HandoverEntry; userId: string }> {
    const entry = await tools.handovers.take(id, officer, now().toISOString());
    const sealed = entry === undefined ? undefined : await tools.handovers.address(id);
    if (entry === undefined || sealed === undefined) {
      throw new AppError('conflict', 'The conversation is over or a colleague has it; load the queue again.');
    }
    const userId = new TextDecoder().decode(tools.box.open(sealed, addressContext(entry.citizen)));
    await takeOver(entry, userId);
    return { entry, userId };
  }

  /**
   * The hand-over gave the conversation to the officers' tool on the platform; from now on it is led from here. A
   * platform that refuses still lets the officer try: what became of the reply is shown beside it.
   */
  async function takeOver({ channel, unitId }: HandoverEntry, userId: string): Promise<void> {
    try {
      const isTaken = await tools.channels.get(channel)?.takeOver?.(unitId, userId);
      if (isTaken === false) tools.logger.warn({ unit: unitId }, 'a conversation could not be taken over');
    } catch (error) {
      tools.logger.warn({ error, unit: unitId }, 'a conversation could not be taken over');
    }
  }

  async function tell(
    entry: HandoverEntry,
    userId: string,
    content: EventContent,
    eventId = `desk-${randomUUID()}`,
  ): Promise<void> {
    const at = now().toISOString();
    await tools.accept({
      channel: entry.channel,
      unitId: entry.unitId,
      eventId,
      userId,
      occurredAt: at,
      receivedAt: at,
      content,
      ...(entry.test ? { test: true } : {}),
    });
  }

  return {
    async take(id, officer) {
      const { entry, userId } = await held(id, officer);
      await tell(entry, userId, { kind: 'owner-change', owner: 'person' });
      return entry;
    },
    async reply(id, officer, text, replyId = randomUUID()) {
      const words = text.trim();
      if (words === '' || words.length > officerReplyLimit) {
        throw new AppError('invalid-input', `Write between 1 and ${officerReplyLimit} characters.`);
      }
      const { entry, userId } = await held(id, officer);
      const channel = tools.channels.get(entry.channel);
      if (channel === undefined || now().getTime() >= Date.parse(entry.windowUntil)) {
        throw new AppError(
          'invalid-input',
          'The platform no longer lets us answer this citizen; call them, or wait until they write again.',
        );
      }
      // The words count too: a form that was sent, gone back to and changed says something new.
      const eventId = `desk-${replyId}-${createHash('sha256').update(words).digest('hex').slice(0, 12)}`;
      const logged = interactionId({ channel: entry.channel, unitId: entry.unitId, eventId });
      const at = now().toISOString();
      await tools.outbound.put(
        channel.format({ sections: [words], buttons: [] }).map((body, part) => ({
          id: `${logged}:${part}`,
          key: entry.citizen,
          unitId: entry.unitId,
          body: {
            channel: entry.channel,
            unitId: entry.unitId,
            userId,
            interactionId: logged,
            part,
            sendBefore: entry.windowUntil,
            receivedAt: at,
            body,
          },
        })),
      );
      const message = { officer, text: tools.maskText(words), at, interactionId: logged };
      await tools.handovers.addMessage(id, message);
      await tell(entry, userId, { kind: 'staff-reply' }, eventId);
    },
    async giveBack(id, officer) {
      const { entry, userId } = await held(id, officer);
      await tell(entry, userId, { kind: 'owner-change', owner: 'bot' });
      await tools.handovers.close(entry.citizen, 'officer', now().toISOString());
    },
  };
}
