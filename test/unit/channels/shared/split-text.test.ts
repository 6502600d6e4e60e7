import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clipTitle, packSections, packWithTail } from '../../../../src/channels/shared/split-text.ts';

/** Vietnamese-looking text in composed and decomposed form, with emoji, marks, lists, addresses and line ends. */
const pieces = fc.constantFrom(
  'Lệ phí đăng ký khai sinh: miễn.',
  'Nộp tại TP. Hồ Chí Minh, Q. 1, số 5.',
  '1. Tờ khai; 2. Giấy chứng sinh.',
  'nghiêng'.normalize('NFD'),
  'ngã ba Đường',
  '👨‍👩‍👧‍👦',
  '👍🏽',
  'https://dichvucong.gov.vn/p/home/dvc-tra-cuu.html?ma=1.001193',
  '15.000 đồng',
  ' ',
  '\n',
  '\n\n',
  '\t',
  'ạ',
  '?',
);
const section = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(' '));
const tight = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));
const sections = fc.array(fc.oneof(section, tight, fc.string({ unit: 'grapheme', maxLength: 300 })), {
  maxLength: 6,
});
const limit = fc.integer({ min: 40, max: 400 });

const squeeze = (text: string): string => text.normalize('NFC').replace(/\s+/g, '');
const tears = (text: string): boolean =>
  /^[\p{M}\u200d\ufe0f]/u.test(text) || /^[\udc00-\udfff]/.test(text) || /[\ud800-\udbff]$/.test(text);

describe('packSections', () => {
  it('keeps every text within the limit and every character, in order', () => {
    fc.assert(
      fc.property(sections, limit, (input, limitChars) => {
        const texts = packSections(input, limitChars);
        for (const text of texts) {
          expect(text.length).toBeLessThanOrEqual(limitChars);
          expect(text.trim()).toBe(text);
          expect(text).not.toBe('');
        }
        expect(squeeze(texts.join(' '))).toBe(squeeze(input.join(' ')));
      }),
    );
  });

  it('never tears a letter from its marks or a symbol in two', () => {
    const whole = fc.array(fc.oneof(section, tight), { maxLength: 6 });
    fc.assert(
      fc.property(whole, limit, (input, limitChars) => {
        for (const text of packSections(input, limitChars)) expect(tears(text)).toBe(false);
      }),
    );
  });

  it('leaves a word whole that fills a text by itself after an indented line', () => {
    const link = `https://site.example/${'a'.repeat(40)}`;
    expect(packSections([`Lệ phí đăng ký khai sinh: miễn. \n ${link} \n`], link.length)).toEqual([
      'Lệ phí đăng ký khai sinh: miễn.',
      link,
    ]);
  });

  it('cuts only between words when every word fits', () => {
    fc.assert(
      fc.property(fc.array(section, { maxLength: 4 }), limit, (input, limitChars) => {
        const words = input.join(' ').normalize('NFC').split(/\s+/).filter(Boolean);
        fc.pre(words.every((word) => word.length <= limitChars));
        const after = packSections(input, limitChars).join(' ').split(/\s+/).filter(Boolean);
        expect(after).toEqual(words);
      }),
    );
  });

  it('puts sections together until one no longer fits, and ends texts where sections end', () => {
    expect(packSections(['một', ' ', 'hai', 'ba bốn'], 10)).toEqual(['một\n\nhai', 'ba bốn']);
    expect(packSections([], 10)).toEqual([]);
    expect(packSections(['', '\n'], 10)).toEqual([]);
  });

  it('breaks a long section at a line end, else at a sentence end, else at a word end', () => {
    expect(packSections(['- một hai\n- ba bốn năm sáu'], 20)).toEqual(['- một hai', '- ba bốn năm sáu']);
    expect(packSections(['Một hai ba. Bốn năm sáu.'], 16)).toEqual(['Một hai ba.', 'Bốn năm sáu.']);
    expect(packSections(['một hai ba bốn'], 10)).toEqual(['một hai ba', 'bốn']);
  });

  it('does not take an abbreviation, a list mark or a number for the end of a sentence', () => {
    expect(packSections(['Nộp ở TP. Hồ Chí Minh'], 16)).toEqual(['Nộp ở TP. Hồ Chí', 'Minh']);
    expect(packSections(['Gồm có 1. Tờ khai mới'], 16)).toEqual(['Gồm có 1. Tờ', 'khai mới']);
    expect(packSections(['Phí là 15.000 đồng'], 14)).toEqual(['Phí là 15.000', 'đồng']);
  });

  it('does not insert a paragraph inside a broken section', () => {
    const long = 'Câu thứ nhất dài. Câu thứ hai. Câu ba.';
    const texts = packSections([long, 'Nguồn'], 20);
    expect(texts).toEqual(['Câu thứ nhất dài.', 'Câu thứ hai. Câu ba.', 'Nguồn']);
  });

  it('counts composed characters, so decomposed Vietnamese is not cut early', () => {
    const decomposed = 'nghiễng '.repeat(10).trim().normalize('NFD');
    expect(packSections([decomposed], 80)).toEqual([decomposed.normalize('NFC')]);
  });

  it('ends even for a single character that is longer than the limit', () => {
    const zalgo = `a${'\u0316'.repeat(100)}`;
    const texts = packSections([zalgo], 40);
    expect(texts.every((text) => text.length <= 40)).toBe(true);
    expect(texts.join('')).toBe(zalgo);
  });
});

describe('packWithTail', () => {
  it('keeps the last text within its own limit and loses nothing', () => {
    fc.assert(
      fc.property(sections, (input) => {
        const { lead, tail } = packWithTail(input, 190, 64);
        const texts = tail === undefined ? lead : [...lead, tail];
        expect(squeeze(texts.join(' '))).toBe(squeeze(input.join(' ')));
        for (const text of lead) expect(text.length).toBeLessThanOrEqual(190);
        if (tail === undefined) expect(squeeze(input.join(''))).toBe('');
        else {
          expect(tail.length).toBeLessThanOrEqual(64);
          expect(tail).not.toBe('');
        }
      }),
    );
  });

  it('keeps a short reply in one text', () => {
    expect(packWithTail(['một', 'hai'], 190, 64)).toEqual({ lead: [], tail: 'một\n\nhai' });
  });

  it('takes the last section as the tail, and only its end when it is too long', () => {
    const first = 'Hồ sơ gồm ba loại giấy tờ. '.repeat(4).trim();
    expect(packWithTail([first, 'Nguồn: Luật Hộ tịch'], 190, 64)).toEqual({
      lead: [first],
      tail: 'Nguồn: Luật Hộ tịch',
    });
    const { lead, tail } = packWithTail([first], 190, 64);
    expect(lead.join(' ') + ' ' + (tail ?? '')).toBe(first);
  });
});

describe('a section of several paragraphs', () => {
  const steps = (name: string) => `${name}:\n1. Một hai ba bốn.\n2. Năm sáu bảy tám.`;

  it('breaks between paragraphs when that costs no further text', () => {
    expect(packSections([`${steps('Trực tuyến')}\n\n${steps('Trực tiếp')}`], 80)).toEqual([
      steps('Trực tuyến'),
      steps('Trực tiếp'),
    ]);
  });
});

describe('clipTitle', () => {
  it('leaves a title that fits', () => {
    expect(clipTitle(' Hồ sơ ', 20)).toBe('Hồ sơ');
    expect(clipTitle('a'.repeat(20), 20)).toBe('a'.repeat(20));
  });

  it('cuts after a whole word', () => {
    expect(clipTitle('Đăng ký khai sinh có yếu tố nước ngoài', 20)).toBe('Đăng ký khai sinh…');
  });

  it('never exceeds the limit and never tears a character', () => {
    fc.assert(
      fc.property(fc.oneof(section, tight, fc.string({ unit: 'grapheme' })), (title) => {
        const clipped = clipTitle(title, 20);
        expect(clipped.length).toBeLessThanOrEqual(20);
        expect(/[\ud800-\udbff](?![\udc00-\udfff])/.test(clipped)).toBe(false);
        const kept = clipped.replace(/…$/, '');
        expect(title.normalize('NFC').trim().startsWith(kept)).toBe(true);
      }),
    );
  });
});
