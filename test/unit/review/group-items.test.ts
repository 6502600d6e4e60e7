import { describe, expect, it } from '@jest/globals';
import type { ReviewItem } from '../../../src/core/review.ts';
import { toExampleText } from '../../../src/review/example-text.ts';
import { groupItems } from '../../../src/review/group-items.ts';

let count = 0;
function anItem(text: string, given: Partial<ReviewItem> = {}): ReviewItem {
  count += 1;
  return {
    interactionId: `i-${count}`,
    unitId: 'hang-gon',
    channel: 'web',
    receivedAt: new Date(Date.UTC(2026, 10, 20) - count * 60_000).toISOString(),
    text,
    language: 'vi',
    decision: 'fallback',
    topic: null,
    aspect: null,
    confidence: 0.2,
    candidates: [],
    reasons: ['not-understood'],
    complaint: null,
    chosen: null,
    test: false,
    ...given,
  };
}

describe('grouping questions', () => {
  it('puts together what says the same, with or without diacritics, largest group first', () => {
    const texts = [
      'đăng ký nuôi chim yến ở đâu',
      'giấy phép bán rượu',
      'dang ky nuoi chim yen o dau vay',
      'Đăng ký nuôi chim yến ở đâu ạ?',
    ];
    const groups = groupItems(texts.map((text) => anItem(text)));
    expect(groups.map(({ items }) => items.length)).toEqual([3, 1]);
    expect(groups[0]?.first.text).toBe('đăng ký nuôi chim yến ở đâu');
  });

  it('counts reasons, ages and what citizens chose', () => {
    const items = [
      anItem('mất thẻ', { reasons: ['chosen'], chosen: 'id-card-reissue' }),
      anItem('mất thẻ ạ', { reasons: ['chosen'], chosen: 'id-card-reissue' }),
      anItem('mất thẻ', { reasons: ['not-understood'], chosen: 'health-insurance-card' }),
    ];
    const [group] = groupItems(items);
    expect(group).toMatchObject({ reasons: ['chosen', 'not-understood'], chosen: 'id-card-reissue' });
    expect(group?.newestAt).toBe(items[0]?.receivedAt);
    expect(group?.oldestAt).toBe(items[2]?.receivedAt);
  });

  it('groups two thousand questions in time for a page', () => {
    const words = ['giấy', 'phép', 'nuôi', 'bán', 'xin', 'đất', 'nhà', 'xe', 'con', 'chợ', 'trường', 'học'];
    const items = Array.from({ length: 2_000 }, (_, at) =>
      anItem(
        [0, 1, 2, 3, 4].map((place) => words[(at * (place + 3) + place * place) % words.length]).join(' '),
      ),
    );
    const groups = groupItems(items);
    expect(groups.reduce((sum, group) => sum + group.items.length, 0)).toBe(2_000);
  });
});

describe('an example', () => {
  it.each([
    ['sao y cho [họ tên], gọi [số điện thoại] nhé', 'sao y cho , gọi nhé'],
    ['  nhiều \n dòng ', 'nhiều dòng'],
    ['[số giấy tờ]', undefined],
    ['??? 123', undefined],
  ])('of %j is %j', (masked, text) => {
    expect(toExampleText(masked)).toBe(text);
  });
});
