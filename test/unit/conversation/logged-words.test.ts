import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loggedWords } from '../../../src/conversation/logged-words.ts';
import { maskText } from '../../../src/privacy/mask-text.ts';

describe('the words that the log keeps', () => {
  it('are masked, wherever they come from; a start has none', () => {
    expect(loggedWords({ kind: 'text', text: 'gọi 0912345678' }, maskText)).toBe('gọi [số điện thoại]');
    expect(loggedWords({ kind: 'choice', payload: 'x', title: 'Lệ phí' }, maskText)).toBe('Lệ phí');
    expect(
      loggedWords({ kind: 'attachment', attachment: 'image', text: 'cccd 079123456789' }, maskText),
    ).toBe('cccd [số giấy tờ]');
    expect(loggedWords({ kind: 'start' }, maskText)).toBeNull();
  });

  it('hold no part of a number that stands where they are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_970, max: 2_010 }), (before) => {
        const text = `${'hỏi '.repeat(600).slice(0, before)} 079123456789 ${'thêm '.repeat(400)}`;
        const kept = loggedWords({ kind: 'text', text }, maskText) ?? '';
        expect(kept.length).toBeLessThanOrEqual(2_000);
        expect(kept).not.toMatch(/\d/);
      }),
    );
  });
});
