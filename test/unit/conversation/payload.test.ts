import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeChoice,
  encodeChoice,
  feedbackReasons,
  type Choice,
} from '../../../src/conversation/payload.ts';
import { aspects } from '../../../src/core/aspect.ts';

const id = fc.stringMatching(/^[a-z0-9]+(-[a-z0-9]+){0,3}$/);
const uuid = fc.uuid();

const choice: fc.Arbitrary<Choice> = fc.oneof(
  id.map((topic): Choice => ({ kind: 'topic', topic })),
  id.map((topic): Choice => ({ kind: 'more', topic })),
  fc
    .tuple(id, fc.constantFrom(...aspects))
    .map(([topic, aspect]): Choice => ({ kind: 'aspect', topic, aspect })),
  fc.boolean().map((granted): Choice => ({ kind: 'consent', granted })),
  fc.boolean().map((confirmed): Choice => ({ kind: 'erase', confirmed })),
  fc.tuple(fc.boolean(), uuid).map(([helpful, about]): Choice => ({ kind: 'feedback', helpful, about })),
  fc
    .tuple(fc.constantFrom(...feedbackReasons), uuid)
    .map(([reason, about]): Choice => ({ kind: 'feedback-reason', reason, about })),
  id.map((flow): Choice => ({ kind: 'flow', flow })),
  fc.tuple(id, id, id).map(([flow, step, option]): Choice => ({ kind: 'flow-answer', flow, step, option })),
  fc.constantFrom<Choice>(
    { kind: 'menu' },
    { kind: 'officer' },
    { kind: 'assistant' },
    { kind: 'none-of-these' },
    { kind: 'back' },
    { kind: 'flow-resume' },
    { kind: 'flow-cancel' },
    { kind: 'language', language: 'en' },
  ),
);

describe('what a button carries', () => {
  it('comes back as it went, and is short', () => {
    fc.assert(
      fc.property(choice, (one) => {
        const payload = encodeChoice(one);
        expect(payload.length).toBeLessThan(1_000);
        expect(decodeChoice(payload)).toEqual(one);
      }),
    );
  });

  it('is nothing when it is not ours, whatever it is', () => {
    for (const payload of [
      '',
      'x',
      'a:nothing:birth',
      'fb:maybe:1',
      "fb:yes:' or 1=1",
      'fa:a:b',
      'menu:1',
      't:',
    ]) {
      expect(decodeChoice(payload)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void decodeChoice(text)));
  });
});
