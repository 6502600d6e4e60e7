import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { indexMessengerUnits } from '../../../../src/channels/messenger/messenger-unit.ts';
import { parseMessengerDelivery } from '../../../../src/channels/messenger/parse.ts';
import type { EventContent } from '../../../../src/core/event.ts';

const folder = 'test/fixtures/deliveries/messenger';
const receivedAt = new Date('2026-11-22T02:00:00.000Z');
const citizen = '7700000000000001';
const secrets = { appSecret: 's', verifyToken: 'v', pageToken: 't' };
const units = indexMessengerUnits([
  { unitId: 'hang-gon', pageId: '100000000000001', appId: '9007199254740993', ...secrets },
  { unitId: 'bao-vinh', pageId: '100000000000002', ...secrets },
]);
const hashed = expect.stringMatching(/^h-[\w-]{32}$/) as unknown as string;

type Expectation = { events: [eventId: string, content: EventContent][]; ignored?: Record<string, number> };
const one = (eventId: string, content: EventContent): Expectation => ({ events: [[eventId, content]] });
const none = (name: string): Expectation => ({ events: [], ignored: { [name]: 1 } });
const attached = (attachment: string): EventContent => ({ kind: 'attachment', attachment }) as EventContent;
const owner = (who: 'bot' | 'person'): EventContent => ({ kind: 'owner-change', owner: who });

/** What each fixture must become. */
const expected: Record<string, Expectation> = {
  text: one('m_1', { kind: 'text', text: 'Hỏi thủ tục khai sinh' }),
  text_with_link_preview: one('m_2', { kind: 'text', text: 'https://site.example' }),
  quick_reply: one('m_3', { kind: 'choice', payload: 'topic:birth-registration/fee', title: 'Lệ phí' }),
  image_with_text: one('m_4', { kind: 'attachment', attachment: 'image', text: 'giấy này' }),
  sticker: one('m_5', attached('sticker')),
  sticker_as_image: one('m_6', attached('sticker')),
  location: one('m_7', { kind: 'location', latitude: 21.0278, longitude: 105.8342 }),
  attachments: {
    events: ['audio', 'video', 'file', 'link', 'link', 'other'].map((kind, index) => [
      `m_8${index}`,
      attached(kind),
    ]),
  },
  postback: one('m_9', { kind: 'choice', payload: 'topic:birth-registration/documents', title: 'Hồ sơ' }),
  postback_without_mid: one(hashed, { kind: 'choice', payload: 'topic:x', title: 'Hồ sơ' }),
  postback_of_other_app: none('postback-of-other-app'),
  get_started: one('m_11', { kind: 'start' }),
  get_started_by_link: one('m_12', { kind: 'start', ref: 'poster-01' }),
  referral_in_seconds: one(hashed, { kind: 'start', ref: 'poster-02' }),
  optin: one(hashed, { kind: 'start', ref: 'poster-03' }),
  optin_user_ref: none('no-sender'),
  optin_other: none('optin'),
  echo_own_by_metadata: none('echo'),
  echo_own_by_long_app_id: none('echo'),
  echo_of_neighbouring_app_id: one('m_echo', { kind: 'staff-reply' }),
  echo_of_inbox: one('m_echo', { kind: 'staff-reply' }),
  echo_without_app: one('m_echo', { kind: 'staff-reply' }),
  echo_flag_as_text: none('echo'),
  message_of_the_page: none('from-page'),
  deleted: none('message-deleted'),
  read: none('read'),
  delivery: none('delivery'),
  reaction: none('reaction'),
  edit: none('message_edit'),
  policy: none('policy_enforcement'),
  pass_to_bot: one(hashed, owner('bot')),
  pass_to_inbox: one(hashed, owner('person')),
  pass_to_idle: one(hashed, owner('bot')),
  take: one(hashed, owner('person')),
  request_control: none('request_thread_control'),
  standby_text: one('m_15', owner('person')),
  standby_echo: one('m_echo', { kind: 'staff-reply' }),
  standby_read: none('read'),
  feed_change: none('change'),
  unknown_page: none('unknown-unit'),
  instagram: none('object-not-page'),
  batch: {
    events: [
      ['m_a', { kind: 'text', text: 'một' }],
      ['m_b', { kind: 'text', text: 'hai' }],
      ['m_a', { kind: 'text', text: 'trang khác' }],
    ],
    ignored: { malformed: 1, 'no-sender': 1, duplicate: 1, 'message-empty': 1, read: 1, 'empty-entry': 1 },
  },
};

const read = (name: string): Buffer => readFileSync(`${folder}/${name}.json`);
const parse = (body: string | Buffer) => parseMessengerDelivery(units, Buffer.from(body), receivedAt);

describe('parseMessengerDelivery', () => {
  it('has an expectation for every fixture', () => {
    const names = readdirSync(folder).map((file) => file.replace('.json', ''));
    expect(names.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('reads %s', (name, expectation) => {
    const { events, ignored } = parse(read(name));
    expect(events.map((event) => [event.eventId, event.content])).toEqual(expectation.events);
    expect(ignored).toEqual(expectation.ignored ?? {});
    for (const event of events) {
      expect(event).toMatchObject({
        channel: 'messenger',
        userId: citizen,
        receivedAt: receivedAt.toISOString(),
      });
      const isInSeconds = name === 'referral_in_seconds';
      expect(event.occurredAt).toBe(isInSeconds ? '2025-11-21T08:00:00.000Z' : '2025-11-21T08:00:00.123Z');
    }
  });

  it('gives each event to the unit of its entry', () => {
    expect(parse(read('batch')).events.map((event) => event.unitId)).toEqual([
      'hang-gon',
      'hang-gon',
      'bao-vinh',
    ]);
  });

  it('gives a repeated delivery the same ids', () => {
    for (const name of ['postback_without_mid', 'take', 'referral_in_seconds']) {
      const again = parseMessengerDelivery(units, read(name), new Date());
      expect(again.events[0]?.eventId).toBe(parse(read(name)).events[0]?.eventId);
    }
  });

  it('knows the inbox by its id when our own app id is not configured', () => {
    const toOther = (name: string) =>
      read(name).toString('utf8').replaceAll('100000000000001', '100000000000002');
    expect(parse(toOther('pass_to_bot')).events[0]?.content).toEqual(owner('bot'));
    expect(parse(toOther('pass_to_inbox')).events[0]?.content).toEqual(owner('person'));
    expect(parse(toOther('take')).events[0]?.content).toEqual(owner('person'));
    expect(parse(toOther('echo_own_by_metadata')).events).toEqual([]);
  });

  it.each(['', 'x', '[]', 'null', '{}', '{"object":"page"}', '{"object":"page","entry":{}}'])(
    'refuses %p, which is no delivery at all',
    (body) => {
      expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );

  it('keeps every good event, whatever stands beside it', () => {
    const good = (index: number) => ({
      sender: { id: citizen },
      recipient: { id: '100000000000001' },
      timestamp: 1763712000123,
      message: { mid: `good-${index}`, text: 'lệ phí' },
    });
    const oddItem = fc.oneof(
      fc.jsonValue(),
      fc.record({
        sender: fc.jsonValue(),
        message: fc.jsonValue(),
        postback: fc.jsonValue(),
        timestamp: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(oddItem, { maxLength: 6 }),
        fc.array(fc.jsonValue(), { maxLength: 3 }),
        (items, entries) => {
          const messaging = items.flatMap((item, index) => [item, good(index)]);
          const body = { object: 'page', entry: [...entries, { id: '100000000000001', time: 1, messaging }] };
          const ids = parse(JSON.stringify(body)).events.map((event) => event.eventId);
          expect(ids.filter((id) => id.startsWith('good-'))).toEqual(
            items.map((_item, index) => `good-${index}`),
          );
        },
      ),
    );
  });
});
