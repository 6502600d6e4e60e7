import { renderBlock } from '../content/render-block.ts';
import { vietnamDay } from '../core/clock.ts';
import type { AttachmentKind } from '../core/event.ts';
import { handOver, isWithPerson } from './hand-over.ts';
import { menuButtons } from './menu.ts';
import { respondToText } from './respond-to-text.ts';
import { planOf, renderContext, say, type Plan, type Turn } from './turn.ts';

/** What is said to anything that is not text. A caption with a question in it is answered. */
export function respondToAttachment(
  turn: Turn,
  kind: AttachmentKind | 'location',
  caption: string | undefined,
): Plan {
  if (isWithPerson(turn.session, turn.now)) {
    return planOf(turn, {
      decision: 'silent',
      session: handOver(turn, turn.session.handover.state === 'person' ? 'person' : 'waiting'),
    });
  }
  if (kind === 'reaction') return planOf(turn, { decision: 'silent' });
  const words = kind === 'location' ? 'unsupported.location' : `unsupported.${kind}`;
  const notice = say(turn, words);
  if (caption !== undefined && caption.trim() !== '') {
    const answered = respondToText(turn, caption);
    if (answered.decision !== 'fallback') {
      return { ...answered, reply: { ...answered.reply, sections: [notice, ...answered.reply.sections] } };
    }
  }
  const office =
    kind === 'location' ? [renderBlock('office', renderContext(turn, vietnamDay(turn.now)))] : [];
  return planOf(turn, {
    decision: 'unsupported',
    reply: { sections: [notice, ...office], buttons: menuButtons(turn).slice(0, 3) },
  });
}
