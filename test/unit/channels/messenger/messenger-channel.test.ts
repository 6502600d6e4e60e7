import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessengerChannel } from '../../../../src/channels/messenger/messenger-channel.ts';
import { createMessengerChannel } from '../../../../src/channels/messenger/messenger-channel.ts';
import type { MessengerUnit } from '../../../../src/channels/messenger/messenger-unit.ts';
import type { PageProfile } from '../../../../src/channels/messenger/set-up-page.ts';
import { subscribedFields } from '../../../../src/channels/messenger/set-up-page.ts';
import type { ChannelAlarm } from '../../../../src/channels/shared/alarm.ts';
import type { Reply } from '../../../../src/core/reply.ts';
import { messengerEcho } from '../../../fakes/deliveries.ts';
import type { FakePlatform } from '../../../fakes/platform.ts';
import { startFakePlatform } from '../../../fakes/platform.ts';
import { findClosedUrl } from '../find-closed-url.ts';

const unit: MessengerUnit = {
  unitId: 'hang-gon',
  pageId: '100000000000001',
  appId: '9007199254740993',
  appSecret: 'app-secret',
  verifyToken: 'verify',
  pageToken: 'page-token',
};
const page = {
  pageId: unit.pageId,
  pageToken: 'page-token',
  appId: '9007199254740993',
  appSecret: 'app-secret',
};
const citizen = '7700000000000001';
const reply: Reply = {
  sections: ['Lệ phí: miễn.'],
  buttons: [
    { kind: 'choice', title: 'Hồ sơ', payload: 'topic:x' },
    { kind: 'link', title: 'Nộp', url: 'https://s.example' },
  ],
};

let platform: FakePlatform;
let channel: MessengerChannel;
let alarms: ChannelAlarm[];

const start = (graphUrl = `${platform.url}/`, changes: Partial<MessengerUnit> = {}) =>
  createMessengerChannel({
    units: [{ ...unit, ...changes }],
    graphUrl,
    raiseAlarm: (alarm) => alarms.push(alarm),
    timeoutMs: 500,
  });
const sendTo = (userId: string, through = channel) =>
  through.send(
    {
      channel: 'messenger',
      unitId: 'hang-gon',
      userId,
      interactionId: 'i-1',
      part: 2,
      sendBefore: '2026-11-23T00:00:00.000Z',
      receivedAt: '2026-11-22T02:00:00.000Z',
      body: through.format(reply)[0],
    },
    new AbortController().signal,
  );

beforeEach(async () => {
  platform = await startFakePlatform();
  platform.control({ pages: [page] });
  alarms = [];
  channel = start();
});

afterEach(() => platform.stop());

describe('send', () => {
  it('sends as the page, proves the app secret, and tells the id', async () => {
    const result = await sendTo(citizen);
    const [message] = platform.sent(citizen);
    expect(result).toEqual({ status: 'sent', messageId: message?.messageId });
    expect(message).toMatchObject({
      account: unit.pageId,
      text: 'Lệ phí: miễn.',
      buttons: ['Nộp', 'Hồ sơ'],
      payloads: ['topic:x'],
    });
  });

  it('marks its messages, so that their echoes are known', async () => {
    await sendTo(citizen);
    const metadata = platform.sent()[0]?.metadata ?? '';
    expect(metadata).toContain('i-1');
    const echo = messengerEcho(unit, citizen, 'Lệ phí: miễn.', { metadata });
    expect(channel.parse(echo.body, new Date())).toEqual({ events: [], ignored: { echo: 1 } });
  });

  it('calls the configured version of the API', async () => {
    platform.control({ fault: { on: 'graph-send', kind: 'delay', ms: 1 } });
    expect(await sendTo(citizen, start(platform.url, { graphVersion: 'v26.0' }))).toMatchObject({
      status: 'sent',
    });
  });

  it.each([
    [4, undefined, { status: 'retry', code: '4', afterMs: 60_000, scope: 'unit' }],
    [613, undefined, { status: 'retry', code: '613', afterMs: 60_000, scope: 'unit' }],
    [1, undefined, { status: 'retry', code: '1', scope: 'message' }],
    [2, undefined, { status: 'retry', code: '2', scope: 'message' }],
    [1200, undefined, { status: 'retry', code: '1200', scope: 'message' }],
    [1, 1357046, { status: 'unknown', code: '1/1357046' }],
    [10, 2018278, { status: 'window-closed', code: '10/2018278' }],
    [10, 2534022, { status: 'window-closed', code: '10/2534022' }],
    [10, 2018065, { status: 'window-closed', code: '10/2018065' }],
    [10, 2018108, { status: 'undeliverable', code: '10/2018108' }],
    [551, undefined, { status: 'undeliverable', code: '551' }],
    [200, 1545041, { status: 'undeliverable', code: '200/1545041' }],
    [10, 2018300, { status: 'refused', code: '10/2018300' }],
    [2018300, undefined, { status: 'refused', code: '2018300' }],
    [100, 2018321, { status: 'retry', code: '100/2018321', afterMs: 30_000, scope: 'message' }],
  ])('reads %i/%s without an alarm', async (code, subcode, expected) => {
    platform.control({
      fault: { on: 'graph-send', kind: 'error', code, ...(subcode === undefined ? {} : { subcode }) },
    });
    expect(await sendTo(citizen)).toEqual(expected);
    expect(alarms).toEqual([]);
  });

  it.each([
    [190, 460, { status: 'retry', afterMs: 300_000, scope: 'unit' }],
    [368, undefined, { status: 'retry', afterMs: 3_600_000, scope: 'unit' }],
    [10, 1893063, { status: 'retry', afterMs: 3_600_000, scope: 'unit' }],
    [613, 2018338, { status: 'retry', scope: 'unit' }],
    [100, undefined, { status: 'refused' }],
    [100, 2018001, { status: 'refused' }],
    [200, 2018028, { status: 'refused' }],
    [10, undefined, { status: 'refused' }],
    [99999, undefined, { status: 'refused' }],
  ])('reads %i/%s and raises an alarm', async (code, subcode, expected) => {
    platform.control({
      fault: { on: 'graph-send', kind: 'error', code, ...(subcode === undefined ? {} : { subcode }) },
    });
    expect(await sendTo(citizen)).toMatchObject(expected);
    expect(alarms).toMatchObject([{ channel: 'messenger', unitId: 'hang-gon' }]);
    expect(JSON.stringify(alarms)).not.toContain(citizen);
  });

  it('does not know what became of a message when no answer comes', async () => {
    platform.control({ fault: { on: 'graph-send', kind: 'hang', accept: true } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'timeout' });
    platform.control({ fault: { on: 'graph-send', kind: 'reset', accept: true } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'connection-lost' });
    platform.control({ fault: { on: 'graph-send', kind: 'status', status: 504 } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'http-504' });
    expect(platform.sent()).toHaveLength(2);
  });

  it('may send again after a server error, a throttle, or when nothing left the house', async () => {
    platform.control({ fault: { on: 'graph-send', kind: 'status', status: 503 } });
    expect(await sendTo(citizen)).toEqual({ status: 'retry', code: 'http-503', scope: 'unit' });
    platform.control({ fault: { on: 'graph-send', kind: 'status', status: 429 } });
    expect(await sendTo(citizen)).toMatchObject({ status: 'retry', code: 'http-429', scope: 'unit' });
    expect(await sendTo(citizen, start(await findClosedUrl()))).toEqual({
      status: 'retry',
      code: 'unreachable',
      scope: 'unit',
    });
  });

  it('meets the window of the platform and a wrong token', async () => {
    await sendTo(citizen);
    platform.control({ advanceMs: 24 * 3_600_000 + 1000 });
    expect(await sendTo(citizen)).toEqual({ status: 'window-closed', code: '10/2018278' });
    expect(await sendTo(citizen, start(platform.url, { pageToken: 'old-token' }))).toMatchObject({
      code: '190/463',
    });
  });

  it('knows only its own units', async () => {
    await expect(channel.acknowledge('elsewhere', citizen)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('around messages', () => {
  it('shows that the message was read and an answer is on its way, in this order', async () => {
    await channel.acknowledge('hang-gon', citizen);
    expect(platform.calls().map((call) => call.name)).toEqual([
      'sender_action:mark_seen',
      'sender_action:typing_on',
    ]);
    expect(platform.sent()).toEqual([]);
  });

  it('does not fail when showing it fails', async () => {
    platform.control({ fault: { on: 'graph', kind: 'status', times: 2 } });
    await expect(channel.acknowledge('hang-gon', citizen)).resolves.toBeUndefined();
  });

  it('hands the conversation to the inbox and says whether that worked', async () => {
    expect(await channel.handOver('hang-gon', citizen)).toBe(true);
    expect(platform.calls()).toMatchObject([
      {
        name: 'pass_thread_control',
        account: unit.pageId,
        body: { recipient: { id: citizen }, target_app_id: '263902037430900' },
      },
    ]);
    platform.control({ fault: { on: 'graph', kind: 'error', code: 10 } });
    expect(await channel.handOver('hang-gon', citizen)).toBe(false);
  });

  it('takes the conversation back from the inbox and says whether that worked', async () => {
    expect(await channel.takeOver('hang-gon', citizen)).toBe(true);
    expect(platform.calls()).toMatchObject([
      { name: 'take_thread_control', account: unit.pageId, body: { recipient: { id: citizen } } },
    ]);
    platform.control({ fault: { on: 'graph', kind: 'error', code: 10 } });
    expect(await channel.takeOver('hang-gon', citizen)).toBe(false);
  });
});

describe('the Page', () => {
  const profile: PageProfile = {
    default: {
      greeting: 'Xin chào!',
      iceBreakers: [{ question: 'Làm khai sinh cần gì?', payload: 'topic:birth-registration' }],
      menu: [
        { title: 'Thủ tục', action: { payload: 'menu' } },
        { title: 'Cổng Dịch vụ công', action: { url: 'https://dichvucong.gov.vn' } },
      ],
    },
    en_US: { greeting: 'Hello!', iceBreakers: [], menu: [] },
  };

  it('gets its greeting, Get Started, ice breakers and menu', async () => {
    await channel.setUpPage('hang-gon', profile);
    expect(platform.calls()[0]?.body).toEqual({
      get_started: { payload: 'get-started' },
      greeting: [
        { locale: 'default', text: 'Xin chào!' },
        { locale: 'en_US', text: 'Hello!' },
      ],
      ice_breakers: [
        {
          locale: 'default',
          call_to_actions: [{ question: 'Làm khai sinh cần gì?', payload: 'topic:birth-registration' }],
        },
      ],
      persistent_menu: [
        {
          locale: 'default',
          composer_input_disabled: false,
          call_to_actions: [
            { type: 'postback', title: 'Thủ tục', payload: 'menu' },
            { type: 'web_url', title: 'Cổng Dịch vụ công', url: 'https://dichvucong.gov.vn' },
          ],
        },
      ],
    });
  });

  it('is not set up with texts that do not fit: all faults are named at once', async () => {
    const item = { title: 'x'.repeat(31), action: { payload: 'p' } };
    const breaker = { question: '?', payload: 'p' };
    const wrong: PageProfile = {
      vi_VN: {
        greeting: 'x'.repeat(161),
        iceBreakers: Array.from({ length: 5 }, () => breaker),
        menu: Array.from({ length: 21 }, () => item),
      },
    };
    await expect(channel.setUpPage('hang-gon', wrong)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/default.*greeting.*ice breakers.*menu items.*menu title/s),
    });
    expect(platform.calls()).toEqual([]);
  });

  it('tells which fields are missing until the app subscribes', async () => {
    expect(await channel.findMissingFields('hang-gon')).toEqual([...subscribedFields]);
    await channel.subscribePage('hang-gon');
    expect(await channel.findMissingFields('hang-gon')).toEqual([]);
  });

  it("does not take another app's subscription for ours", async () => {
    await channel.subscribePage('hang-gon');
    expect(await start(platform.url, { appId: '42' }).findMissingFields('hang-gon')).toHaveLength(
      subscribedFields.length,
    );
  });

  it('reports a refusal and an unreachable platform differently', async () => {
    const wrongToken = start(platform.url, { pageToken: 'old-token' });
    await expect(wrongToken.setUpPage('hang-gon', profile)).rejects.toMatchObject({
      code: 'platform-refused',
    });
    const unplugged = start(await findClosedUrl());
    await expect(unplugged.findMissingFields('hang-gon')).rejects.toMatchObject({
      code: 'platform-unreachable',
      retryable: true,
    });
  });
});
