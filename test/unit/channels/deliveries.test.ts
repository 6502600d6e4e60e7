import { describe, expect, it } from '@jest/globals';
import { createMessengerChannel } from '../../../src/channels/messenger/messenger-channel.ts';
import { createZaloChannel } from '../../../src/channels/zalo/zalo-channel.ts';
import type { EventContent } from '../../../src/core/event.ts';
import * as build from '../../fakes/deliveries.ts';
import { createMemoryTokenVault } from './zalo/memory-token-vault.ts';

const account = { oaId: '5000000000000000003', appId: '4111222333444555666', oaSecretKey: 'oa-secret-key' };
const page = { pageId: '100000000000001', appSecret: 'app-secret' };
const user = '6000000000000000002';
const inbox = '263902037430900';
const zalo = createZaloChannel({
  units: [{ unitId: 'hang-gon', appSecret: 's', ...account }],
  apiUrl: 'https://zalo.example',
  oauthUrl: 'https://zalo.example',
  tokenVault: createMemoryTokenVault(),
  clock: { now: () => new Date() },
  raiseAlarm: () => undefined,
});
const messenger = createMessengerChannel({
  units: [{ unitId: 'hang-gon', appId: '9007199254740993', verifyToken: 'v', pageToken: 't', ...page }],
  graphUrl: 'https://graph.example',
  raiseAlarm: () => undefined,
});

/** A delivery, the events that its channel must read from it, and what must be counted. */
type Case = [name: string, delivery: build.Delivery, contents: EventContent[], ignored?: string];

const text = (words: string): EventContent => ({ kind: 'text', text: words });
const cases: Case[] = [
  [
    'zaloText',
    build.zaloText(account, user, 'lệ phí “khai sinh” 👶 bao nhiêu?'),
    [text('lệ phí “khai sinh” 👶 bao nhiêu?')],
  ],
  ['zaloPress', build.zaloPress(account, user, '#tt:menu'), [{ kind: 'choice', payload: 'menu' }]],
  ['zaloSticker', build.zaloSticker(account, user), [{ kind: 'attachment', attachment: 'sticker' }]],
  [
    'zaloImage',
    build.zaloImage(account, user, 'đơn'),
    [{ kind: 'attachment', attachment: 'image', text: 'đơn' }],
  ],
  [
    'zaloLocation',
    build.zaloLocation(account, user, '10.9', '107.2'),
    [{ kind: 'location', latitude: 10.9, longitude: 107.2 }],
  ],
  ['zaloFollow', build.zaloFollow(account, user), [{ kind: 'start' }]],
  ['zaloWithdraw', build.zaloWithdraw(account, user), [{ kind: 'erase-request' }]],
  ['zaloEcho of ours', build.zaloEcho(account, user, 'chào'), [], 'oa_send_text'],
  ['zaloEcho of an officer', build.zaloEcho(account, user, 'chào', '8'), [{ kind: 'staff-reply' }]],
  ['zaloSeen', build.zaloSeen(account, user, ['a']), [], 'user_seen_message'],
  ['zaloReceived', build.zaloReceived(account, user, 'a'), [], 'user_received_message'],
  ['zaloAnonymousText', build.zaloAnonymousText(account, 'an1', 'alo'), [text('alo')]],
  [
    'messengerText',
    build.messengerText(page, user, 'lệ phí “khai sinh” 👶 a/b @ <c> %?'),
    [text('lệ phí “khai sinh” 👶 a/b @ <c> %?')],
  ],
  [
    'messengerQuickReply',
    build.messengerQuickReply(page, user, 'Hồ sơ', 'p'),
    [{ kind: 'choice', payload: 'p', title: 'Hồ sơ' }],
  ],
  [
    'messengerPostback',
    build.messengerPostback(page, user, 'Menu', 'menu'),
    [{ kind: 'choice', payload: 'menu', title: 'Menu' }],
  ],
  ['messengerGetStarted', build.messengerGetStarted(page, user, 'qr-1'), [{ kind: 'start', ref: 'qr-1' }]],
  ['messengerReferral', build.messengerReferral(page, user, 'qr-2'), [{ kind: 'start', ref: 'qr-2' }]],
  ['messengerSticker', build.messengerSticker(page, user), [{ kind: 'attachment', attachment: 'sticker' }]],
  ['messengerImage', build.messengerImage(page, user), [{ kind: 'attachment', attachment: 'image' }]],
  [
    'messengerEcho of ours',
    build.messengerEcho(page, user, 'chào', { appId: '9007199254740993' }),
    [],
    'echo',
  ],
  [
    'messengerEcho of an officer',
    build.messengerEcho(page, user, 'chào', { appId: inbox }),
    [{ kind: 'staff-reply' }],
  ],
  ['messengerRead', build.messengerRead(page, user), [], 'read'],
  [
    'messengerStandby',
    build.messengerStandby(page, user, 'alo'),
    [{ kind: 'owner-change', owner: 'person' }],
  ],
  [
    'messengerOwnerChange',
    build.messengerOwnerChange(page, user, 'take_thread_control', inbox),
    [{ kind: 'owner-change', owner: 'person' }],
  ],
];

describe('the builders of deliveries', () => {
  it.each(cases)(
    '%s is signed and read as meant',
    (...[, { path, body, headers }, contents, ignored]: Case) => {
      const channel = path === '/webhooks/zalo' ? zalo : messenger;
      expect(channel.verify(body, headers)).toEqual({ ok: true, unitIds: ['hang-gon'] });
      const parsed = channel.parse(body, new Date());
      expect(parsed.events.map((event) => event.content)).toEqual(contents);
      expect(parsed.ignored).toEqual(ignored === undefined ? {} : { [ignored]: 1 });
    },
  );

  it('build each event with its own id', () => {
    const events = [1, 2, 3].flatMap(
      () => zalo.parse(build.zaloText(account, user, 'a').body, new Date()).events,
    );
    expect(new Set(events.map((event) => event.eventId)).size).toBe(3);
  });
});
