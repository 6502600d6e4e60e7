import { renderBlock } from '../content/render-block.ts';
import { vietnamDay } from '../core/clock.ts';
import type { AttachmentKind } from '../core/event.ts';
import { choiceButton } from './buttons.ts';
import { isWithPerson, stayWithPerson } from './hand-over.ts';
import { menuButtons } from './menu.ts';
import { findNearestOffice } from './nearest-office.ts';
import { respondToText } from './respond-to-text.ts';
import { planOf, renderContext, say, type Plan, type Turn } from './turn.ts';

/** What is said to anything that is not text. A caption with a question in it is answered. */
export function respondToAttachment(turn: Turn, kind: AttachmentKind, caption: string | undefined): Plan {
  if (isWithPerson(turn.session, turn.now)) return stayWithPerson(turn);
  if (kind === 'reaction') return planOf(turn, { decision: 'silent' });
  const notice = say(turn, `unsupported.${kind}`);
  if (caption !== undefined && caption.trim() !== '') {
    const answered = respondToText(turn, caption);
    if (answered.decision !== 'fallback') {
      return { ...answered, reply: { ...answered.reply, sections: [notice, ...answered.reply.sections] } };
    }
  }
  return planOf(turn, {
    decision: 'unsupported',
    reply: { sections: [notice], buttons: menuButtons(turn).slice(0, 3) },
  });
}

/** A shared location: the nearest confirmed office of the deployment, else what is known of this one. */
export function respondToLocation(turn: Turn, latitude: number, longitude: number): Plan {
  if (isWithPerson(turn.session, turn.now)) return stayWithPerson(turn);
  const nearest = findNearestOffice(turn.library.units.values(), latitude, longitude);
  const unit = nearest?.unit ?? turn.unit;
  const office = renderBlock('office', { ...renderContext(turn, vietnamDay(turn.now)), unit });
  const km =
    nearest === undefined
      ? ''
      : nearest.km.toFixed(1).replace('.', turn.session.language === 'vi' ? ',' : '.');
  return planOf(turn, {
    decision: 'unsupported',
    topic: 'office',
    reply: {
      sections: [say(turn, nearest === undefined ? 'location.unknown' : 'location.nearest', { km }), office],
      buttons: [
        choiceButton(turn, 'menu', { kind: 'menu' }),
        choiceButton(turn, 'officer', { kind: 'officer' }),
      ],
    },
  });
}
