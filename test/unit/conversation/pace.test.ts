import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countPace, type Pace } from '../../../src/conversation/pace.ts';
import type { EventContent, InboundEvent } from '../../../src/core/event.ts';
import { newSession, type SessionState } from '../../../src/core/session.ts';

const start = Date.parse('2026-11-20T02:00:00Z');
const allowance = 30;

function eventAt(seconds: number, content: EventContent = { kind: 'text', text: 'alo' }): InboundEvent {
  const at = new Date(start + seconds * 1_000).toISOString();
  return {
    channel: 'web',
    unitId: 'u',
    eventId: String(seconds),
    userId: 'c',
    occurredAt: at,
    receivedAt: at,
    content,
  };
}

/** What a citizen who writes at these seconds meets. */
function paces(seconds: readonly number[], content?: EventContent): Pace[] {
  let session: SessionState = newSession(new Date(start));
  return seconds.map((second) => {
    const counted = countPace(session, eventAt(second, content), allowance);
    session = counted.session;
    return counted.pace;
  });
}

const every = (count: number, gapSeconds: number) =>
  Array.from({ length: count }, (_, index) => index * gapSeconds);
const times = (list: readonly Pace[], pace: Pace) => list.filter((each) => each === pace).length;

describe('the pace of a citizen', () => {
  it('lets a burst of twenty and a long talk pass', () => {
    expect(new Set(paces(every(20, 0.1)))).toEqual(new Set(['within']));
    expect(new Set(paces(every(500, 2.5)))).toEqual(new Set(['within']));
  });

  it('says one line to a flood, then nothing for as long as it lasts', () => {
    const met = paces(every(5_000, 0.2));
    expect(times(met, 'within')).toBe(allowance);
    expect(times(met, 'first-too-many')).toBe(1);
    expect(times(met, 'too-many')).toBe(5_000 - allowance - 1);
  });

  it('hears the citizen again after a pause of a minute', () => {
    const flood = every(100, 0.1);
    expect(paces([...flood, 9.9 + 59])).not.toContain(undefined);
    expect(paces([...flood, 9.9 + 59]).at(-1)).toBe('too-many');
    expect(paces([...flood, 9.9 + 61]).at(-1)).toBe('within');
  });

  it('hears everybody again after the clock was set back or forward', () => {
    expect(paces([...every(100, 0.1), -86_400]).at(-1)).toBe('within');
    expect(paces([...every(100, 0.1), 86_400]).at(-1)).toBe('within');
  });

  it('never holds back what an officer or the platform does', () => {
    expect(new Set(paces(every(100, 0), { kind: 'staff-reply' }))).toEqual(new Set(['within']));
    expect(new Set(paces(every(100, 0), { kind: 'erase-request' }))).toEqual(new Set(['within']));
  });

  it('takes what waited through an outage by when it was written', () => {
    expect(new Set(paces(every(300, 12)))).toEqual(new Set(['within']));
  });

  it('answers at most its allowance in any minute, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 200 }), (seconds) => {
        const met = paces(seconds);
        expect(times(met, 'within')).toBeLessThanOrEqual(allowance);
        expect(times(met, 'first-too-many')).toBe(seconds.length > allowance ? 1 : 0);
      }),
    );
  });
});
