import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatForZalo } from '../../../../src/channels/zalo/format.ts';
import type { Button, Reply } from '../../../../src/core/reply.ts';

const choice = (title: string, payload: string): Button => ({ kind: 'choice', title, payload });
const aspects = ['Hồ sơ', 'Lệ phí', 'Thời hạn', 'Nơi nộp', 'Biểu mẫu', 'Kết quả', 'Pháp lý'];

describe('formatForZalo', () => {
  it('puts a short reply and its buttons into one message', () => {
    const reply: Reply = {
      sections: ['Lệ phí: miễn.', 'Nguồn: Luật Hộ tịch'],
      buttons: [
        { kind: 'link', title: 'Nộp trực tuyến', url: 'https://dichvucong.gov.vn/x' },
        choice('Hồ sơ', 'topic:birth-registration/documents'),
        { kind: 'phone', title: 'Gọi phường', number: '0251 3888 888' },
      ],
    };
    expect(formatForZalo(reply)).toEqual([
      {
        text: 'Lệ phí: miễn.\n\nNguồn: Luật Hộ tịch',
        buttons: [
          { title: 'Nộp trực tuyến', type: 'oa.open.url', payload: { url: 'https://dichvucong.gov.vn/x' } },
          { title: 'Hồ sơ', type: 'oa.query.hide', payload: '#tt:topic:birth-registration/documents' },
          { title: 'Gọi phường', type: 'oa.open.phone', payload: { phone_code: '842513888888' } },
        ],
        buttonLines: ['Nộp trực tuyến: https://dichvucong.gov.vn/x', '1. Hồ sơ', 'Gọi phường: 0251 3888 888'],
      },
    ]);
  });

  it('shows the first five buttons and numbers the choices beyond them', () => {
    const [message] = formatForZalo({
      sections: ['Chọn mục'],
      buttons: aspects.map((title) => choice(title, title)),
    });
    expect(message?.buttons.map((button) => button.title)).toEqual(aspects.slice(0, 5));
    expect(message?.text).toBe('Chọn mục\n\n6. Kết quả\n7. Pháp lý');
    expect(message?.buttonLines).toEqual([
      '1. Hồ sơ',
      '2. Lệ phí',
      '3. Thời hạn',
      '4. Nơi nộp',
      '5. Biểu mẫu',
    ]);
  });

  it('writes what no button can hold: short numbers, other schemes, long payloads', () => {
    const [message] = formatForZalo({
      sections: ['Gọi ai?'],
      buttons: [
        { kind: 'phone', title: 'Công an', number: '113' },
        { kind: 'link', title: 'Thư', url: 'mailto:a@b.example' },
        choice('Dài', 'x'.repeat(997)),
        choice('Vừa', 'x'.repeat(996)),
      ],
    });
    expect(message?.buttons.map((button) => button.title)).toEqual(['Vừa']);
    expect(message?.text).toBe('Gọi ai?\n\nCông an: 113\nThư: mailto:a@b.example\n1. Dài');
  });

  it('hangs the buttons on the last message only', () => {
    const messages = formatForZalo({
      sections: ['a '.repeat(1500), 'cuối'],
      buttons: [choice('Hồ sơ', 'p')],
    });
    expect(messages.length).toBe(2);
    expect(messages.map((message) => message.buttons.length)).toEqual([0, 1]);
  });

  it('has no message for a reply that says nothing, and words for one with buttons only', () => {
    expect(formatForZalo({ sections: [], buttons: [] })).toEqual([]);
    expect(formatForZalo({ sections: ['  '], buttons: [choice('Hồ sơ', 'p')] })[0]?.text).toBe('1. Hồ sơ');
  });

  it('stays within every limit and loses nothing', () => {
    const title = fc.oneof(
      fc.constantFrom(...aspects),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    );
    const button: fc.Arbitrary<Button> = fc.oneof(
      fc.record({
        kind: fc.constant('choice' as const),
        title,
        payload: fc.string({ minLength: 1, maxLength: 1200 }),
      }),
      fc.record({ kind: fc.constant('link' as const), title, url: fc.webUrl() }),
      fc.record({ kind: fc.constant('phone' as const), title, number: fc.constantFrom('113', '0912345678') }),
    );
    const section = fc.array(fc.constantFrom('Lệ phí', 'miễn.', '\n', 'TP.', '15.000'), { maxLength: 700 });
    const reply = fc.record({
      sections: fc.array(
        section.map((words) => words.join(' ')),
        { maxLength: 3 },
      ),
      buttons: fc.array(button, { maxLength: 16 }),
    });
    fc.assert(
      fc.property(reply, (input) => {
        const messages = formatForZalo(input);
        const text = messages.map((message) => message.text).join('\n');
        const shown = messages.flatMap((message) => message.buttons);
        expect(shown.length).toBeLessThanOrEqual(5);
        for (const message of messages) {
          expect(message.text.length).toBeGreaterThan(0);
          expect(message.text.length).toBeLessThanOrEqual(1900);
        }
        for (const one of shown) {
          expect(one.title.length).toBeLessThanOrEqual(20);
          if (typeof one.payload === 'string') expect(one.payload.length).toBeLessThanOrEqual(1000);
        }
        for (const one of input.buttons) {
          if (one.kind !== 'link') continue;
          const isButton = shown.some(
            (other) =>
              typeof other.payload === 'object' && 'url' in other.payload && other.payload.url === one.url,
          );
          expect(isButton || text.includes(one.url)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});
