import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, hasMarks } from '../../../src/text/fold.ts';
import { PairCounts } from '../../../src/text/pair-counts.ts';
import { PhraseMatcher } from '../../../src/text/phrase-matcher.ts';
import { SpellingRepair } from '../../../src/text/spelling.ts';
import { splitParts } from '../../../src/text/split-requests.ts';
import { undoTeencode } from '../../../src/text/teencode.ts';
import { tokenise, trustMarks, type Token } from '../../../src/text/tokenise.ts';

const words = (text: string): Token[] => {
  const tokens = tokenise(text);
  trustMarks(tokens);
  return tokens;
};

describe('fold', () => {
  it('strips every mark and the stroke of đ', () => {
    expect(fold('Đường Nguyễn Thị Định')).toBe('Duong Nguyen Thi Dinh');
    expect(hasMarks('đi')).toBe(true);
    expect(hasMarks('di')).toBe(false);
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(fold(fold(text))).toBe(fold(text))),
    );
  });
});

describe('tokenise', () => {
  it('keeps codes and numbers whole and drops punctuation', () => {
    expect(tokenise('mã 1.001193, ngày 20/11 (cccd)').map((token) => token.text)).toEqual([
      'mã',
      '1.001193',
      'ngày',
      '20/11',
      'cccd',
    ]);
  });

  it('gives offsets that point at the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const token of tokenise(text)) expect(text.slice(token.start, token.end)).toBe(token.text);
      }),
    );
  });
});

describe('PhraseMatcher', () => {
  it('matches folded words, gaps, choices and optional words', () => {
    const matcher = new PhraseMatcher<string>();
    matcher.add('mất * căn cước', 'lost');
    matcher.add('giấy? khai sinh', 'birth');
    matcher.add('vợ|chồng em', 'family');
    const found = (text: string): string[] => matcher.findAll(words(text)).map((match) => match.value);
    expect(found('mat cai the can cuoc')).toEqual(['lost']);
    expect(found('làm khai sinh')).toEqual(['birth']);
    expect(found('chồng em')).toEqual(['family']);
    expect(found('mất rồi em ơi không tìm ra căn cước')).toEqual([]);
  });

  it('tells cháy from chạy when the writer uses marks, and not when they do not', () => {
    const matcher = new PhraseMatcher<string>();
    matcher.add('cháy nhà', 'fire', { strict: true });
    expect(matcher.findAll(words('cháy nhà rồi'))).toHaveLength(1);
    expect(matcher.findAll(words('chay nha roi'))).toHaveLength(1);
    expect(matcher.findAll(words('chạy nhà này đẹp'))).toHaveLength(0);
  });

  it('takes a short word without marks only where that is told to be usual, never with other marks', () => {
    const asking = new PhraseMatcher<string>();
    asking.add('đâu', 'place', { strict: true, short: 'typed' });
    const marked = new PhraseMatcher<string>();
    marked.add('đâu', 'place', { strict: true });
    const counts = (text: string): number[] => [asking, marked].map((one) => one.findAll(words(text)).length);
    expect(counts('nộp ở đâu')).toEqual([1, 1]);
    expect(counts('nop o dau')).toEqual([1, 0]);
    expect(counts('làm lần đầu')).toEqual([0, 0]);
  });
});

describe('SpellingRepair', () => {
  const counts = new Map([
    ['khai', 9],
    ['sinh', 9],
    ['dang', 9],
    ['ky', 9],
    ['giay', 5],
    ['phep', 5],
  ]);
  const pairs = new PairCounts();
  for (let time = 0; time < 9; time++) {
    pairs.add('khai', 'sinh');
    pairs.add('dang', 'ky');
    if (time < 5) pairs.add('giay', 'phep');
  }
  const repair = new SpellingRepair(counts, pairs);

  it('repairs slips, teencode and run-together words', () => {
    expect(repair.repair('sihn', 'khai', undefined)?.words).toEqual(['sinh']);
    expect(repair.repair('fep', 'giay', undefined)?.words).toEqual(['phep']);
    expect(repair.repair('khaisinh', undefined, undefined)?.words).toEqual(['khai', 'sinh']);
  });

  it('never touches a word that the examples know', () => {
    for (const word of counts.keys()) expect(repair.repair(word, 'khai', 'sinh')).toBeUndefined();
  });

  it('leaves a good word alone unless its neighbour asks for another', () => {
    expect(repair.repair('minh', 'cho', 'voi')).toBeUndefined();
    expect(repair.repair('xinh', 'khai', undefined)?.words).toEqual(['sinh']);
    expect(repair.repair('minh', 'khai', undefined, 'high')).toBeUndefined();
  });
});

describe('undoTeencode', () => {
  it('offers what a respelling may stand for, never the word itself', () => {
    expect(undoTeencode('fuong')).toContain('phuong');
    expect(undoTeencode('wan')).toContain('quan');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/), (word) =>
        expect(undoTeencode(word)).not.toContain(word),
      ),
    );
  });
});

describe('splitParts', () => {
  const joiners = new PhraseMatcher<true>();
  for (const joiner of ['và', 'với', 'với lại', 'còn']) joiners.add(joiner, true, { strict: true });
  const parts = (text: string): string[] => {
    const tokens = words(text);
    return splitParts(text, tokens, joiners).map(({ start, end, cut }) => {
      const part = tokens.slice(start, end).map((token) => token.text);
      return `${cut}: ${part.join(' ')}`;
    });
  };

  it('cuts at marks, line breaks and joining words, which belong to no part', () => {
    expect(parts('làm khai sinh cần gì? còn hộ khẩu nộp ở đâu')).toEqual([
      'start: làm khai sinh cần gì',
      'sentence: hộ khẩu nộp ở đâu',
    ]);
    expect(parts('đổi căn cước, với lại hộ chiếu\ntạm trú')).toEqual([
      'start: đổi căn cước',
      'mark: hộ chiếu',
      'sentence: tạm trú',
    ]);
    expect(parts('khai sinh và kết hôn')).toEqual(['start: khai sinh', 'joiner: kết hôn']);
  });

  it('takes a word that a mark follows for no joiner', () => {
    expect(parts('hộ chiếu vẫn còn, căn cước thì mất')).toEqual([
      'start: hộ chiếu vẫn còn',
      'mark: căn cước thì mất',
    ]);
    expect(parts('căn cước vẫn còn')).toEqual(['start: căn cước vẫn còn']);
  });

  it('does not cut numbers, dates or words that only look like a joiner', () => {
    expect(parts('làm ngày 2/9 cho con, mã 1.001193')).toEqual([
      'start: làm ngày 2/9 cho con',
      'mark: mã 1.001193',
    ]);
    expect(parts('')).toEqual([]);
  });
});

it('counts pairs in what was read back, also where nothing was', () => {
  const counts = PairCounts.restore(new PairCounts().save());
  for (const next of ['sinh', 'tử', 'sinh', 'báo']) counts.add('khai', next);
  expect(['sinh', 'tử', 'báo', 'trừ'].map((next) => counts.of('khai', next))).toEqual([2, 1, 1, 0]);
});
