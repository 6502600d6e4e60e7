import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MessengerMessageBody } from '../../../../src/channels/messenger/format.ts';
import { formatForMessenger } from '../../../../src/channels/messenger/format.ts';
import type { Button } from '../../../../src/core/reply.ts';

const choice = (title: string, payload = title): Button => ({ kind: 'choice', title, payload });
const link: Button = { kind: 'link', title: 'Nộp trực tuyến', url: 'https://dichvucong.gov.vn/x' };
const textOf = (message: MessengerMessageBody): string =>
  'text' in message ? message.text : message.attachment.payload.text;
const buttonsOf = (message: MessengerMessageBody) =>
  'text' in message ? [] : message.attachment.payload.buttons;

describe('formatForMessenger', () => {
  it('sends words alone as text', () => {
    expect(formatForMessenger({ sections: ['Lệ phí: miễn.', 'Nguồn: Luật'], buttons: [] })).toEqual([
      { text: 'Lệ phí: miễn.\n\nNguồn: Luật' },
    ]);
  });

  it('hangs choices on the last text as quick replies', () => {
    const messages = formatForMessenger({
      sections: ['a '.repeat(1500), 'cuối'],
      buttons: [choice('Hồ sơ', 'p')],
    });
    expect(messages).toHaveLength(2);
    expect(messages[0]).not.toHaveProperty('quick_replies');
    expect(messages[1]).toMatchObject({
      quick_replies: [{ content_type: 'text', title: 'Hồ sơ', payload: 'p' }],
    });
  });

  it('puts a short reply with a link into one template, choices attached', () => {
    expect(
      formatForMessenger({ sections: ['Lệ phí: miễn.'], buttons: [choice('Hồ sơ', 'p'), link] }),
    ).toEqual([
      {
        attachment: {
          type: 'template',
          payload: {
            template_type: 'button',
            text: 'Lệ phí: miễn.',
            buttons: [{ type: 'web_url', title: 'Nộp trực tuyến', url: 'https://dichvucong.gov.vn/x' }],
          },
        },
        quick_replies: [{ content_type: 'text', title: 'Hồ sơ', payload: 'p' }],
      },
    ]);
  });

  it('says a long reply as text and its last section in the template', () => {
    const long = 'Hồ sơ gồm tờ khai và giấy chứng sinh. '.repeat(20).trim();
    const messages = formatForMessenger({ sections: [long, 'Nguồn: Luật Hộ tịch'], buttons: [link] });
    expect(messages.map(textOf)).toEqual([long, 'Nguồn: Luật Hộ tịch']);
    expect(messages.map((message) => buttonsOf(message).length)).toEqual([0, 1]);
  });

  it('calls full numbers by button and leaves short ones to the text', () => {
    const [message] = formatForMessenger({
      sections: ['Gọi ai?'],
      buttons: [
        { kind: 'phone', title: 'Gọi phường', number: '02513888888' },
        { kind: 'phone', title: 'Công an', number: '113' },
      ],
    });
    expect(message && textOf(message)).toBe('Gọi ai?\n\nCông an: 113');
    expect(message && buttonsOf(message)).toEqual([
      { type: 'phone_number', title: 'Gọi phường', payload: '+842513888888' },
    ]);
  });

  it('shows thirteen choices and three links, and writes the rest', () => {
    const links: Button[] = [1, 2, 3, 4].map((n) => ({
      kind: 'link',
      title: `Trang ${n}`,
      url: `https://s.example/${n}`,
    }));
    const choices = Array.from({ length: 15 }, (_value, index) => choice(`Mục ${index + 1}`));
    const [message, ...others] = formatForMessenger({ sections: ['Chọn'], buttons: [...links, ...choices] });
    expect(others).toEqual([]);
    expect(message?.quick_replies).toHaveLength(13);
    expect(message && buttonsOf(message)).toHaveLength(3);
    expect(message && textOf(message)).toBe('Chọn\n\nTrang 4: https://s.example/4\n14. Mục 14\n15. Mục 15');
  });

  it('has no message for a reply that says nothing, and words for one with buttons only', () => {
    expect(formatForMessenger({ sections: [], buttons: [] })).toEqual([]);
    expect(formatForMessenger({ sections: [''], buttons: [link] }).map(textOf)).toEqual([
      'Nộp trực tuyến: https://dichvucong.gov.vn/x',
    ]);
  });

  it('stays within every limit and loses no link and no choice', () => {
    const title = fc.oneof(
      fc.constantFrom('Hồ sơ', 'Lệ phí'),
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
      buttons: fc.array(button, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(reply, (input) => {
        const messages = formatForMessenger(input);
        for (const [index, message] of messages.entries()) {
          const isLast = index === messages.length - 1;
          const buttons = buttonsOf(message);
          expect(textOf(message).length).toBeGreaterThan(0);
          expect(textOf(message).length).toBeLessThanOrEqual('text' in message ? 1900 : 640);
          if (!('text' in message)) expect(buttons.length).toBeGreaterThan(0);
          expect(buttons.length).toBeLessThanOrEqual(3);
          expect(message.quick_replies?.length ?? 1).toBeGreaterThan(0);
          expect(message.quick_replies?.length ?? 0).toBeLessThanOrEqual(13);
          if (!isLast) expect([buttons.length, message.quick_replies]).toEqual([0, undefined]);
          for (const one of [...buttons, ...(message.quick_replies ?? [])]) {
            expect(one.title.length).toBeGreaterThan(0);
            expect(one.title.length).toBeLessThanOrEqual(20);
          }
          for (const one of message.quick_replies ?? []) expect(one.payload.length).toBeLessThanOrEqual(1000);
        }
        const text = messages.map(textOf).join('\n');
        const last = messages.at(-1);
        const urls = (last ? buttonsOf(last) : []).flatMap((one) =>
          one.type === 'web_url' ? [one.url] : [],
        );
        const choices = input.buttons.filter((one) => one.kind === 'choice');
        for (const one of input.buttons)
          if (one.kind === 'link') expect(urls.includes(one.url) || text.includes(one.url)).toBe(true);
        for (const [index, one] of choices.entries()) {
          const isShown = last?.quick_replies?.some((other) => other.payload === one.payload) ?? false;
          expect(isShown || text.includes(`${index + 1}. `)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});
