import { describe, expect, it } from '@jest/globals';
import { fold } from '../../../src/text/fold.ts';
import { CatalogueIndex, type AskedWord } from '../../../src/understanding/catalogue-index.ts';

const names = [
  { code: 'birth', name: 'đăng ký khai sinh', commune: true },
  { code: 'mobile', name: 'đăng ký khai sinh lưu động', commune: true },
  { code: 'death', name: 'đăng ký khai tử', commune: true },
  { code: 'repair', name: 'sửa chữa công trình thủy lợi trong phạm vi bảo vệ', commune: true },
  { code: 'water', name: 'cấp giấy phép khai thác nước dưới đất', commune: false },
  { code: 'sea', name: 'cấp giấy phép khai thác nước mặt, nước biển cho nuôi trồng', commune: false },
];
const index = new CatalogueIndex(
  names,
  names.map(({ name }) => name.replace(',', '').split(' ')),
  new Set(['em', 'muon', 'hoi']),
  () => false,
);

function asked(text: string, aside = ''): AskedWord[] {
  const asides = aside.split(' ');
  return text.split(' ').map((word) => ({ text: word, folded: fold(word), isAside: asides.includes(word) }));
}

const codesOf = (text: string, aside?: string): string[] =>
  index.find(asked(text, aside), 3).map(({ code }) => code);

describe('CatalogueIndex', () => {
  it('prefers the name that the words are, over names that hold them too', () => {
    expect(codesOf('dang ky khai sinh')[0]).toBe('birth');
    expect(codesOf('khai sinh luu dong')[0]).toBe('mobile');
  });

  it('finds a name by some of its words, in any order', () => {
    expect(codesOf('dat nuoc thac')[0]).toBe('water');
    expect(codesOf('trong bien phep')[0]).toBe('sea');
  });

  it('believes in the shorter of two names that hold the words, and says how much', () => {
    const [first, second] = index.find(asked('khai thac nuoc'), 2);
    expect(first).toMatchObject({ code: 'water', coverage: 1, words: 3 });
    expect(second?.code).toBe('sea');
    expect(first?.share).toBeGreaterThan(second?.share ?? 1);
    expect((first?.share ?? 0) + (second?.share ?? 0)).toBeLessThanOrEqual(1);
  });

  it('counts politeness and the parts asked for less, and not at all for coverage', () => {
    const [found] = index.find(asked('em muon hoi khai tu le phi', 'le phi'), 1);
    expect(found).toMatchObject({ code: 'death', coverage: 1, words: 2 });
  });

  it('holds a word by its marks where it has some', () => {
    const coverageOf = (text: string): number => index.find(asked(text), 1)[0]?.coverage ?? 0;
    expect(coverageOf('sua chua')).toBe(1);
    expect(coverageOf('sửa chữa')).toBe(1);
    expect(coverageOf('sữa chùa')).toBeLessThan(0.5);
  });

  it('tells a stretch of a name from words that stand about in it', () => {
    const isStretch = (text: string): boolean => index.find(asked(text), 1)[0]?.isStretch ?? false;
    expect(isStretch('sua chua cong trinh')).toBe(true);
    expect(isStretch('trinh sua pham')).toBe(false);
    expect(isStretch('sua chua')).toBe(false);
  });

  it('finds nothing for words that no name has, and nothing is left of the message before', () => {
    codesOf('dang ky khai sinh');
    expect(index.find(asked('xyz'), 3)).toEqual([]);
    expect(codesOf('thuy loi')).toEqual(['repair']);
  });
});
