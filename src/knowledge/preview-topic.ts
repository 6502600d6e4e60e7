import { formatForMessenger } from '../channels/messenger/format.ts';
import { createWebChannel } from '../channels/web/channel.ts';
import { WebMailbox, type WebButton } from '../channels/web/mailbox.ts';
import { formatForZalo } from '../channels/zalo/format.ts';
import { emptyCatalogue } from '../content/catalogue/catalogue-library.ts';
import type { Library, Unit } from '../content/library.ts';
import type { Translator } from '../content/translator.ts';
import { answerTopic } from '../conversation/answer-topic.ts';
import { findSubject } from '../conversation/subject.ts';
import type { Turn } from '../conversation/turn.ts';
import type { Aspect } from '../core/aspect.ts';
import { startOfVietnamDay } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { PreviewedAnswer, PreviewedBubble } from '../core/preview.ts';
import type { Reply } from '../core/reply.ts';
import { newSession, type Language } from '../core/session.ts';

export const previewChannels = ['zalo', 'messenger', 'web'] as const;
export type PreviewChannel = (typeof previewChannels)[number];

export interface PreviewOptions {
  library: Library;
  unit: Unit;
  topic: string;
  /** Vietnamese calendar day, `YYYY-MM-DD`. */
  day: string;
  language: Language;
}

/**
 * What a citizen would read who asks for each part of a topic on that day, as every channel shows it.
 * @throws AppError `not-found` when there is no such topic.
 */
export function previewAnswers(t: Translator, options: PreviewOptions): PreviewedAnswer[] {
  const turn = createTurn(t, options);
  const subject = findSubject(turn, options.topic);
  if (subject === undefined) {
    throw new AppError(
      'not-found',
      `Không có chủ đề "${options.topic}" trong content/procedures, content/guides.`,
    );
  }
  const asked: (Aspect | null)[] = subject.inForce ? subject.aspects() : [null];
  return asked.map((aspect) => {
    const reply = answerTopic(turn, subject, aspect === null ? [] : [aspect]);
    return {
      question:
        aspect === null
          ? subject.title
          : (subject.titleOf(aspect) ?? t(options.language, `bot:aspect.${aspect}.name`)),
      bubbles: new Map(previewChannels.map((channel) => [channel, toBubbles(channel, reply)])),
    };
  });
}

/** A turn in which somebody asks on that day at noon; answering needs neither words nor understanding. */
function createTurn(t: Translator, { library, unit, day, language }: PreviewOptions): Turn {
  const noonMs = 12 * 3_600_000;
  const now = new Date(startOfVietnamDay(day).getTime() + noonMs);
  const at = now.toISOString();
  return {
    event: {
      channel: 'web',
      unitId: unit.id,
      eventId: 'preview',
      userId: 'preview',
      occurredAt: at,
      receivedAt: at,
      content: { kind: 'start' },
      test: true,
    },
    session: { ...newSession(now), language, introduced: true },
    unit,
    library,
    catalogue: emptyCatalogue,
    understanding: {
      version: 'preview',
      understand: () => {
        throw new Error('a preview understands nothing');
      },
      spellOut: (text) => text,
      confusableSet: () => undefined,
    },
    t,
    now,
  };
}

const web = createWebChannel(
  new WebMailbox({
    add: async () => undefined,
    after: async () => [],
    newest: async () => new Map(),
    forget: async () => undefined,
  }),
);

function toBubbles(channel: PreviewChannel, reply: Reply): PreviewedBubble[] {
  switch (channel) {
    case 'zalo':
      return formatForZalo(reply).map(({ text, buttons }) => ({
        text,
        buttons: buttons.map(({ title, type }) => ({
          title,
          look: type === 'oa.query.hide' ? 'choice' : 'link',
        })),
      }));
    case 'messenger':
      return formatForMessenger(reply).map((message) => {
        const quick = (message.quick_replies ?? []).map(({ title }) => ({ title, look: 'quick' as const }));
        if ('text' in message) return { text: message.text, buttons: quick };
        const { text, buttons } = message.attachment.payload;
        return {
          text,
          buttons: [...buttons.map(({ title }) => ({ title, look: 'link' as const })), ...quick],
        };
      });
    case 'web':
      return (web.format(reply) as { text: string; buttons: WebButton[] }[]).map(({ text, buttons }) => ({
        text,
        buttons: buttons.map(({ title, kind }) => ({ title, look: kind === 'choice' ? 'choice' : 'link' })),
      }));
  }
}
