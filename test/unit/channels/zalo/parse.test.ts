import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { parseZaloDelivery } from '../../../../src/channels/zalo/parse.ts';
import { indexZaloUnits } from '../../../../src/channels/zalo/zalo-unit.ts';
import type { EventContent } from '../../../../src/core/event.ts';

const folder = 'test/fixtures/deliveries/zalo';
const receivedAt = new Date('2026-11-22T02:00:00.000Z');
const occurredAt = '2025-11-21T08:00:00.123Z';
const citizen = '6000000000000000002';
const units = indexZaloUnits([
  {
    unitId: 'hang-gon',
    oaId: '5000000000000000003',
    appId: '4111222333444555666',
    appSecret: 's',
    oaSecretKey: 'k',
  },
]);

/** What each fixture must become: an event, or the name under which it is counted. */
const expected: Record<string, { eventId?: string; userId?: string; content: EventContent } | string> = {
  user_send_text: {
    eventId: 'a1b2c3d4e5f60718293a',
    content: { kind: 'text', text: 'Hỏi thủ tục khai sinh' },
  },
  user_send_text_press: {
    eventId: 'a2',
    content: { kind: 'choice', payload: 'topic:birth-registration/fee' },
  },
  user_send_text_numbers: { eventId: '90071992547409931', content: { kind: 'text', text: 'lệ phí' } },
  user_send_text_twelve_digits: { eventId: 'a4', content: { kind: 'text', text: 'alo' } },
  user_send_text_empty: 'user_send_text',
  user_send_image: { eventId: 'b2', content: { kind: 'attachment', attachment: 'image', text: 'giấy tờ' } },
  user_send_gif: { eventId: 'b3', content: { kind: 'attachment', attachment: 'image' } },
  user_send_sticker: { eventId: 'b4', content: { kind: 'attachment', attachment: 'sticker' } },
  user_send_link: { eventId: 'b5', content: { kind: 'attachment', attachment: 'link' } },
  user_send_location: {
    eventId: 'b6',
    content: { kind: 'location', latitude: 21.0278, longitude: 105.8342 },
  },
  user_send_location_broken: { eventId: 'b7', content: { kind: 'attachment', attachment: 'other' } },
  user_send_file: { eventId: 'b8', content: { kind: 'attachment', attachment: 'file' } },
  user_send_audio: { eventId: 'b9', content: { kind: 'attachment', attachment: 'audio' } },
  user_send_video: { eventId: 'ba', content: { kind: 'attachment', attachment: 'video' } },
  user_send_business_card: { eventId: 'bb', content: { kind: 'attachment', attachment: 'contact' } },
  user_send_new_kind: { eventId: 'bc', content: { kind: 'attachment', attachment: 'other' } },
  user_send_group_text: 'user_send_group_text',
  follow: { content: { kind: 'start' } },
  unfollow: 'unfollow',
  user_click_chatnow: { content: { kind: 'start' } },
  user_withdraw: { content: { kind: 'erase-request' } },
  user_submit_info: 'user_submit_info',
  user_received_message: 'user_received_message',
  user_seen_message: 'user_seen_message',
  user_seen_message_reversed: 'user_seen_message',
  user_reacted_message: 'user_reacted_message',
  oa_send_text_officer: { eventId: 'd4', content: { kind: 'staff-reply' } },
  oa_send_text_own: 'oa_send_text',
  oa_send_image_officer: { eventId: 'd6', content: { kind: 'staff-reply' } },
  oa_send_anonymous_text_officer: {
    eventId: 'd7',
    userId: 'anonymous:an1:f6',
    content: { kind: 'staff-reply' },
  },
  anonymous_send_text: { eventId: 'e5', userId: 'anonymous:an1:f6', content: { kind: 'text', text: 'alo' } },
  anonymous_send_sticker: {
    eventId: 'e6',
    userId: 'anonymous:an1:f6',
    content: { kind: 'attachment', attachment: 'sticker' },
  },
  anonymous_send_text_without_conversation: 'anonymous_send_text',
  unknown_oa: 'unknown-unit',
  unknown_event: 'unnamed',
  without_event_name: 'unnamed',
};

const read = (name: string): Buffer => readFileSync(`${folder}/${name}.json`);
const parse = (body: string | Buffer) => parseZaloDelivery(units, Buffer.from(body), receivedAt);

describe('parseZaloDelivery', () => {
  it('has an expectation for every fixture', () => {
    const names = readdirSync(folder).map((file) => file.replace('.json', ''));
    expect(names.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('reads %s', (name, expectation) => {
    const { events, ignored } = parse(read(name));
    if (typeof expectation === 'string') {
      expect(events).toEqual([]);
      expect(ignored).toEqual({ [expectation]: 1 });
      return;
    }
    expect(ignored).toEqual({});
    expect(events).toEqual([
      {
        channel: 'zalo',
        unitId: 'hang-gon',
        eventId: expectation.eventId ?? expect.stringMatching(/^h-[\w-]{32}$/),
        userId: expectation.userId ?? citizen,
        occurredAt: name === 'user_send_text_twelve_digits' ? receivedAt.toISOString() : occurredAt,
        receivedAt: receivedAt.toISOString(),
        content: expectation.content,
      },
    ]);
  });

  it('gives a repeated delivery the same id, and different acts different ones', () => {
    const first = parse(read('follow')).events[0]?.eventId;
    expect(parseZaloDelivery(units, read('follow'), new Date()).events[0]?.eventId).toBe(first);
    const later = read('follow').toString('utf8').replace('1763712000123', '1763712000124');
    expect(parse(later).events[0]?.eventId).not.toBe(first);
    expect(parse(read('user_click_chatnow')).events[0]?.eventId).not.toBe(first);
  });

  it('takes words that only resemble a press for words', () => {
    const typed = (text: string) =>
      parse(read('user_send_text').toString().replace('Hỏi thủ tục khai sinh', text));
    for (const text of ['#tt', '#tt:', ' #tt: ', 'xem #tt:topic', '#khaisinh']) {
      expect(typed(text).events[0]?.content).toEqual({ kind: 'text', text });
    }
  });

  it.each(['', 'x', '[]', 'null', '"a"', '7'])('refuses %p, which is no event at all', (body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('never throws for an object, however its fields look', () => {
    const name = fc.constantFrom(
      'user_send_text',
      'user_send_location',
      'oa_send_text',
      'follow',
      'user_withdraw',
    );
    const odd = fc.record(
      {
        event_name: fc.oneof(name, fc.jsonValue()),
        sender: fc.oneof(fc.constant({ id: citizen }), fc.jsonValue()),
        recipient: fc.oneof(fc.constant({ id: '5000000000000000003' }), fc.jsonValue()),
        oa_id: fc.oneof(fc.constant('5000000000000000003'), fc.jsonValue()),
        timestamp: fc.jsonValue(),
        message: fc.oneof(fc.record({ text: fc.jsonValue(), msg_id: fc.jsonValue() }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(odd, (body) => {
        const { events, ignored } = parse(JSON.stringify(body));
        const counted = Object.values(ignored).reduce((sum, count) => sum + count, 0);
        expect(events.length + counted).toBe(1);
        for (const name of Object.keys(ignored)) expect(name).toMatch(/^[a-z][a-z0-9_.-]*$/);
      }),
    );
  });
});
