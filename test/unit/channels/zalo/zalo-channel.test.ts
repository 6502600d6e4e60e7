import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelAlarm } from '../../../../src/channels/shared/alarm.ts';
import type { ZaloChannel } from '../../../../src/channels/zalo/zalo-channel.ts';
import { createZaloChannel } from '../../../../src/channels/zalo/zalo-channel.ts';
import type { Reply } from '../../../../src/core/reply.ts';
import type { FakePlatform } from '../../../fakes/platform.ts';
import { startFakePlatform } from '../../../fakes/platform.ts';
import { findClosedUrl } from '../find-closed-url.ts';
import { createMemoryTokenVault } from './memory-token-vault.ts';
import { zaloUnit as unit } from '../../../fixtures/zalo-unit.ts';

const citizen = '6000000000000000002';
const reply: Reply = {
  sections: ['Lệ phí: miễn.'],
  buttons: [
    { kind: 'choice', title: 'Hồ sơ', payload: 'topic:x' },
    { kind: 'link', title: 'Nộp', url: 'https://s.example' },
  ],
};
const now = new Date('2026-11-22T02:00:15.000Z');

let platform: FakePlatform;
let channel: ZaloChannel;
let alarms: ChannelAlarm[];

const start = (options: Partial<Parameters<typeof createZaloChannel>[0]> = {}) =>
  createZaloChannel({
    units: [unit],
    apiUrl: `${platform.url}/`,
    oauthUrl: platform.url,
    tokenVault: createMemoryTokenVault(),
    clock: { now: () => now },
    raiseAlarm: (alarm) => alarms.push(alarm),
    timeoutMs: 500,
    ...options,
  });
const sendTo = (userId: string, content: Reply = reply, through = channel) =>
  through.send(
    {
      channel: 'zalo',
      unitId: 'hang-gon',
      userId,
      interactionId: 'i-1',
      part: 0,
      sendBefore: '2026-11-29T00:00:00.000Z',
      receivedAt: '2026-11-22T02:00:00.000Z',
      body: through.format(content)[0],
    },
    new AbortController().signal,
  );

beforeEach(async () => {
  platform = await startFakePlatform();
  platform.control({
    oas: [{ oaId: unit.oaId, appId: unit.appId, appSecret: 'app-secret', refreshToken: 'seed' }],
  });
  alarms = [];
  channel = start();
});

afterEach(() => platform.stop());

describe('send', () => {
  it('sends text and buttons for the OA and tells the id', async () => {
    const result = await sendTo(citizen);
    const [message] = platform.sent(citizen);
    expect(result).toEqual({ status: 'sent', messageId: message?.messageId });
    expect(message).toMatchObject({
      account: unit.oaId,
      text: 'Lệ phí: miễn.',
      buttons: ['Hồ sơ', 'Nộp'],
      payloads: ['#tt:topic:x'],
    });
    expect(message?.message).toEqual({
      text: 'Lệ phí: miễn.',
      attachment: {
        type: 'template',
        payload: {
          buttons: [
            { title: 'Hồ sơ', type: 'oa.query.hide', payload: '#tt:topic:x' },
            { title: 'Nộp', type: 'oa.open.url', payload: { url: 'https://s.example' } },
          ],
        },
      },
    });
  });

  it('can write the buttons in the other form that sources show', async () => {
    await sendTo(citizen, reply, start({ buttonTemplate: 'typed' }));
    expect(platform.sent()[0]?.message).toMatchObject({
      attachment: { payload: { template_type: 'button', text: 'Lệ phí: miễn.' } },
    });
    expect(platform.sent()[0]?.message).not.toHaveProperty('text');
  });

  it('answers someone without an account by both ids and without buttons', async () => {
    expect(await sendTo('anonymous:an1:f:6')).toMatchObject({ status: 'sent' });
    expect(platform.sent('an1')[0]?.message).toEqual({
      text: 'Lệ phí: miễn.\n\n1. Hồ sơ\nNộp: https://s.example',
    });
  });

  it('sends the words alone when Zalo refuses the buttons', async () => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code: -201 } });
    expect(await sendTo(citizen)).toMatchObject({ status: 'sent' });
    expect(platform.sent().map((message) => message.text)).toEqual([
      'Lệ phí: miễn.\n\n1. Hồ sơ\nNộp: https://s.example',
    ]);
    expect(alarms.map((alarm) => alarm.code)).toEqual(['-201']);
  });

  it.each([-216, -220, -124])('renews a rejected token (%i) once and sends', async (code) => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code } });
    expect(await sendTo(citizen)).toMatchObject({ status: 'sent' });
    expect(platform.sent()).toHaveLength(1);
    expect(alarms).toEqual([]);
  });

  it('renews an expired token by itself', async () => {
    await sendTo(citizen);
    platform.control({ expireTokens: true });
    expect(await sendTo(citizen)).toMatchObject({ status: 'sent' });
    expect(platform.sent()).toHaveLength(2);
  });

  it('stops the unit when even a new token is rejected', async () => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code: -216, times: 2 } });
    expect(await sendTo(citizen)).toEqual({ status: 'retry', code: '-216', afterMs: 300_000, scope: 'unit' });
    expect(alarms).toHaveLength(1);
  });

  it('stops the unit when there is no token, and keeps its messages', async () => {
    platform.control({ revokeGrants: true });
    expect(await sendTo(citizen)).toEqual({
      status: 'retry',
      code: 'token:platform-refused',
      afterMs: 300_000,
      scope: 'unit',
    });
    platform.control({ fault: { on: 'zalo-token', kind: 'status' } });
    const fresh = start({ units: [{ ...unit, refreshToken: 'other' }] });
    expect(await sendTo(citizen, reply, fresh)).toEqual({
      status: 'retry',
      code: 'token:platform-unreachable',
      afterMs: 60_000,
      scope: 'unit',
    });
  });

  it.each([
    [-230, { status: 'window-closed', code: '-230' }],
    [-232, { status: 'window-closed', code: '-232' }],
    [-213, { status: 'undeliverable', code: '-213' }],
    [-244, { status: 'undeliverable', code: '-244' }],
    [-32, { status: 'retry', code: '-32', afterMs: 45_000, scope: 'unit' }],
    [-200, { status: 'retry', code: '-200', scope: 'message' }],
    // 09:00 in Vietnam: 21 hours until the next 06:00.
    [-234, { status: 'retry', code: '-234', afterMs: 21 * 3_600_000 - 15_000, scope: 'message' }],
  ])('reads %i without an alarm', async (code, expected) => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code } });
    expect(await sendTo(citizen)).toEqual(expected);
    expect(alarms).toEqual([]);
  });

  it.each([
    [-221, 'retry', 'unit'],
    [-224, 'retry', 'unit'],
    [-321, 'retry', 'unit'],
    [-210, 'refused', undefined],
    [-248, 'refused', undefined],
    [-9999, 'refused', undefined],
  ])('reads %i as %s and raises an alarm', async (code, status, scope) => {
    platform.control({ fault: { on: 'zalo-send', kind: 'error', code } });
    expect(await sendTo(citizen)).toMatchObject({
      status,
      code: String(code),
      ...(scope === undefined ? {} : { scope }),
    });
    expect(alarms).toMatchObject([{ unitId: 'hang-gon', code: String(code) }]);
  });

  it('does not know what became of a message when no answer comes', async () => {
    await channel.keepTokensFresh();
    platform.control({ fault: { on: 'zalo-send', kind: 'hang', accept: true } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'timeout' });
    platform.control({ fault: { on: 'zalo-send', kind: 'reset', accept: true } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'connection-lost' });
    platform.control({ fault: { on: 'zalo-send', kind: 'status', status: 504 } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'http-504' });
    platform.control({ fault: { on: 'zalo-send', kind: 'status', status: 200 } });
    expect(await sendTo(citizen)).toEqual({ status: 'unknown', code: 'http-200' });
    expect(platform.sent()).toHaveLength(2);
  });

  it('may send again after a server error or when nothing left the house', async () => {
    await channel.keepTokensFresh();
    platform.control({ fault: { on: 'zalo-send', kind: 'status', status: 500 } });
    expect(await sendTo(citizen)).toEqual({ status: 'retry', code: 'http-500', scope: 'unit' });
    platform.control({ fault: { on: 'zalo-send', kind: 'status', status: 429 } });
    expect(await sendTo(citizen)).toEqual({ status: 'retry', code: 'http-429', scope: 'unit' });
    const unplugged = start({ apiUrl: await findClosedUrl() });
    platform.control({
      oas: [{ oaId: unit.oaId, appId: unit.appId, appSecret: 'app-secret', refreshToken: 'seed' }],
    });
    expect(await sendTo(citizen, reply, unplugged)).toEqual({
      status: 'retry',
      code: 'unreachable',
      scope: 'unit',
    });
  });

  it('meets the limits and the window of the platform itself', async () => {
    expect(await sendTo(citizen)).toMatchObject({ status: 'sent' });
    platform.control({ advanceMs: 7 * 24 * 3_600_000 + 1000 });
    expect(await sendTo(citizen)).toEqual({ status: 'window-closed', code: '-230' });
    platform.control({ interacted: [citizen], zaloSendsPerMinute: 1 });
    const statuses = [await sendTo(citizen), await sendTo(citizen)].map((result) => result.status);
    expect(statuses).toContain('retry');
  });

  it('knows only its own units', async () => {
    const stray = {
      channel: 'zalo',
      unitId: 'elsewhere',
      userId: citizen,
      interactionId: 'i',
      part: 0,
      sendBefore: '',
      receivedAt: '',
      body: {},
    };
    await expect(channel.send(stray, new AbortController().signal)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('createZaloChannel', () => {
  it('reads the account behind the token', async () => {
    expect(await channel.readAccount('hang-gon')).toEqual({
      oaId: unit.oaId,
      name: 'OA',
      isVerified: true,
      packageName: 'fake',
    });
    platform.control({ expireTokens: true });
    await expect(channel.readAccount('hang-gon')).rejects.toMatchObject({ code: 'platform-refused' });
  });

  it('refuses a consent for an OA that no unit names', async () => {
    await expect(channel.redeemCode('5999', 'code', 'verifier')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lets one unit without a grant not keep the others from renewing', async () => {
    const other = { ...unit, unitId: 'bao-vinh', oaId: '5000000000000000004', refreshToken: '' };
    await start({ units: [other, unit] }).keepTokensFresh();
    expect(platform.calls().map((call) => call.name)).toEqual(['zalo-token:refresh_token']);
  });

  it('shares its rate between the OAs of one app', () => {
    expect(channel.sendLimit?.keyOf('hang-gon')).toBe(unit.appId);
    const { messages = 0, seconds = 0 } = channel.sendLimit ?? {};
    const spansInAMinute = 60 / seconds + 1;
    expect(messages).toBeGreaterThan(0);
    expect(messages * spansInAMinute).toBeLessThan(4_000);
  });
});
