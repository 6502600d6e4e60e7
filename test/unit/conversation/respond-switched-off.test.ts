import { beforeAll, describe, expect, it } from '@jest/globals';
import { emptyCatalogue } from '../../../src/content/catalogue/catalogue-library.ts';
import { respond } from '../../../src/conversation/respond.ts';
import { respondSwitchedOff } from '../../../src/conversation/respond-switched-off.ts';
import type { Turn } from '../../../src/conversation/turn.ts';
import type { EventContent } from '../../../src/core/event.ts';
import type { Understood } from '../../../src/core/understood.ts';
import { newSession } from '../../../src/core/session.ts';
import { loadContent, usualNow, type World } from '../../support/conversation.ts';

let world: World;
beforeAll(async () => {
  // What is understood makes no difference here: nothing ever is.
  const nothing: Understood = {
    decision: 'fallback',
    topic: null,
    aspect: null,
    aspects: [],
    confidence: 0,
    candidates: [],
    confusable: null,
    sensitive: null,
    also: [],
    language: 'vi',
    entities: [],
    explanation: [],
  };
  const understanding = {
    version: 'none',
    understand: () => nothing,
    spellOut: (text: string) => text,
    confusableSet: () => undefined,
  };
  world = { ...(await loadContent()), understanding };
}, 60_000);

function aTurn(content: EventContent, given: Partial<Turn> = {}): Turn {
  const unit = world.library.units.get('thu-nghiem');
  if (unit === undefined) throw new Error('no unit');
  const at = usualNow.toISOString();
  const event = {
    channel: 'web',
    unitId: unit.id,
    eventId: '1',
    userId: 'c',
    occurredAt: at,
    receivedAt: at,
  };
  return {
    event: { ...event, content },
    session: newSession(usualNow),
    unit,
    now: usualNow,
    catalogue: emptyCatalogue,
    ...world,
    ...given,
  };
}

describe('a bot that is switched off', () => {
  it('says nothing, or its one text in the citizen’s language, and understands nothing', () => {
    const turn = aTurn({ kind: 'text', text: 'làm giấy khai sinh cần gì' });
    expect(respondSwitchedOff(turn, { mode: 'silent' })).toMatchObject({
      decision: 'silent',
      topic: null,
      reply: { sections: [], buttons: [] },
      explanation: [{ code: 'switched-off' }],
    });
    const text = { vi: 'Xin gọi 1022.', en: 'Please call 1022.' };
    expect(respondSwitchedOff(turn, { mode: 'text', text }).reply.sections).toEqual(['Xin gọi 1022.']);
    const english = { ...turn, session: { ...turn.session, language: 'en' as const } };
    expect(respondSwitchedOff(english, { mode: 'text', text }).reply.sections).toEqual(['Please call 1022.']);
  });

  it('still knows who has the conversation, and still forgets whoever wants that', () => {
    const off = { mode: 'text' as const, text: { vi: 'Xin gọi 1022.' } };
    const erased = respondSwitchedOff(aTurn({ kind: 'erase-request' }), off);
    expect(erased.effects).toContainEqual({ kind: 'erase-citizen', by: 'platform' });
    const written = respondSwitchedOff(aTurn({ kind: 'staff-reply' }), off);
    expect(written.effects[0]).toMatchObject({ kind: 'note-officer' });
    const waiting = aTurn({ kind: 'text', text: 'còn ai không' }, { session: written.session });
    const plan = respondSwitchedOff(waiting, off);
    expect(plan.effects[0]).toMatchObject({ kind: 'extend-handover' });
    expect([...erased.reply.sections, ...written.reply.sections, ...plan.reply.sections]).toEqual([]);
  });
});

describe('an emergency notice', () => {
  const notice = { vi: 'Hôm nay trụ sở nghỉ vì bão.', en: 'Closed today: storm.' };

  it('comes first in every reply, and never makes a silent bot speak', () => {
    for (const text of ['xin chào', 'làm giấy khai sinh cần gì', 'qwerty asdf']) {
      expect(respond(aTurn({ kind: 'text', text }, { notice })).reply.sections[0]).toBe(notice.vi);
    }
    const quiet = respond(aTurn({ kind: 'staff-reply' }, { notice }));
    expect(quiet.reply.sections).toEqual([]);
  });
});
