import { inLanguage } from '../content/render-block.ts';
import type { SwitchedOff } from '../core/unit-control.ts';
import { isWithPerson } from './hand-over.ts';
import { respond } from './respond.ts';
import { planOf, type Plan, type Turn } from './turn.ts';

/** What keeps its effect while the bot is switched off: who has the conversation, and the right to be forgotten. */
const stillHandled: readonly string[] = ['staff-reply', 'owner-change', 'erase-request'];

/**
 * One event while the unit's bot is switched off: nothing is understood and nothing answered, at most one fixed text is
 * said. The exchange is logged, so that officers see who wrote meanwhile.
 */
export function respondSwitchedOff(turn: Turn, off: SwitchedOff): Plan {
  const silent = { sections: [], buttons: [] };
  const isForOfficer = isWithPerson(turn.session, turn.now);
  if (isForOfficer || stillHandled.includes(turn.event.content.kind)) {
    return { ...respond(turn), reply: silent };
  }
  const { language } = turn.session;
  const { content } = turn.event;
  // Nothing is said of it, but the words of an emergency or a crime are not kept either.
  const sensitive = content.kind === 'text' ? turn.understanding.understand(content.text).sensitive : null;
  return planOf(turn, {
    decision: 'silent',
    sensitive,
    explanation: [{ code: 'switched-off', text: turn.t('vi', 'staff-review:switched_off') }],
    reply: off.text === undefined ? silent : { sections: [inLanguage(off.text, language)], buttons: [] },
    session: { ...turn.session, updatedAt: turn.now.toISOString() },
  });
}
