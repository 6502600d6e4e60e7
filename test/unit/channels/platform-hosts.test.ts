import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nock from 'nock';
import { createMessengerChannel } from '../../../src/channels/messenger/messenger-channel.ts';
import { createZaloChannel } from '../../../src/channels/zalo/zalo-channel.ts';
import type { TokenPair, TokenVault } from '../../../src/core/ports.ts';
import type { OutboundMessage } from '../../../src/core/reply.ts';

// What goes to the platforms' own hosts, byte for byte; their behaviour over time is the fake platform's part.

const now = new Date('2026-11-22T02:00:00Z');
const reply = { sections: ['Chào anh/chị'], buttons: [] };

function messageFor(channel: string, body: unknown): OutboundMessage {
  return {
    channel,
    unitId: 'thu-nghiem',
    userId: '6000000000000000002',
    interactionId: 'interaction-1',
    part: 0,
    sendBefore: '2026-11-23T00:00:00Z',
    receivedAt: now.toISOString(),
    body,
  };
}

function memoryVault(pair?: TokenPair): TokenVault & { written: TokenPair[] } {
  const written: TokenPair[] = pair === undefined ? [] : [pair];
  return {
    written,
    read: async () => written.at(-1),
    write: async (_unit, next) => void written.push(next),
    withLock: (_unit, work) => work(),
  };
}

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('Zalo', () => {
  const unit = {
    unitId: 'thu-nghiem',
    oaId: '5000000000000000003',
    appId: '4111222333444555666',
    appSecret: 'app-secret',
    oaSecretKey: 'oa-secret-key',
    refreshToken: 'first-refresh',
  };
  const channelWith = (tokenVault: TokenVault) =>
    createZaloChannel({
      units: [unit],
      apiUrl: 'https://openapi.zalo.me',
      oauthUrl: 'https://oauth.zaloapp.com',
      tokenVault,
      clock: { now: () => now },
      raiseAlarm: () => undefined,
    });

  it('exchanges the first refresh token, keeps the pair, and sends with it', async () => {
    const oauth = nock('https://oauth.zaloapp.com', { reqheaders: { secret_key: 'app-secret' } })
      .post('/v4/oa/access_token', {
        refresh_token: 'first-refresh',
        app_id: unit.appId,
        grant_type: 'refresh_token',
      })
      .reply(200, { access_token: 'access-1', refresh_token: 'refresh-2', expires_in: '90000' });
    const api = nock('https://openapi.zalo.me', { reqheaders: { access_token: 'access-1' } })
      .post('/v3.0/oa/message/cs', {
        recipient: { user_id: '6000000000000000002' },
        message: { text: 'Chào anh/chị' },
      })
      .reply(200, { error: 0, message: 'Success', data: { message_id: 'zalo-message-1' } });
    const vault = memoryVault();
    const channel = channelWith(vault);
    const [body] = channel.format(reply);
    const result = await channel.send(messageFor('zalo', body), AbortSignal.timeout(5_000));
    expect(result).toEqual({ status: 'sent', messageId: 'zalo-message-1' });
    expect(vault.written).toMatchObject([{ accessToken: 'access-1', refreshToken: 'refresh-2' }]);
    expect([oauth.isDone(), api.isDone()]).toEqual([true, true]);
  });

  it('reads a refusal from a body that came with HTTP 200', async () => {
    const pair = {
      accessToken: 'access-1',
      refreshToken: 'refresh-2',
      obtainedAt: now.toISOString(),
      expiresAt: '2026-11-23T03:00:00Z',
    };
    nock('https://openapi.zalo.me')
      .post('/v3.0/oa/message/cs')
      .reply(200, { error: -230, message: 'User has not interacted' });
    const channel = channelWith(memoryVault(pair));
    const [body] = channel.format(reply);
    const result = await channel.send(messageFor('zalo', body), AbortSignal.timeout(5_000));
    expect(result).toEqual({ status: 'window-closed', code: '-230' });
  });
});

describe('Messenger', () => {
  const channel = createMessengerChannel({
    units: [
      {
        unitId: 'thu-nghiem',
        pageId: '100000000000001',
        appSecret: 'meta-secret',
        verifyToken: 'verify',
        pageToken: 'page-token',
        graphVersion: 'v25.0',
      },
    ],
    graphUrl: 'https://graph.facebook.com',
    raiseAlarm: () => undefined,
  });
  const send = () => {
    const [body] = channel.format(reply);
    return channel.send(messageFor('messenger', body), AbortSignal.timeout(5_000));
  };

  it('sends with the token in a header, a proof, and our own mark', async () => {
    let sent: unknown;
    const graph = nock('https://graph.facebook.com', { reqheaders: { authorization: 'Bearer page-token' } })
      .post(/^\/v25\.0\/(?:me|100000000000001)\/messages/, (body: unknown) => {
        sent = body;
        return true;
      })
      .query(true)
      .reply(200, { recipient_id: '6000000000000000002', message_id: 'm_1' });
    expect(await send()).toEqual({ status: 'sent', messageId: 'm_1' });
    expect(graph.isDone()).toBe(true);
    expect(sent).toMatchObject({
      recipient: { id: '6000000000000000002' },
      messaging_type: 'RESPONSE',
      message: { text: 'Chào anh/chị', metadata: expect.stringContaining('interaction-1') },
    });
  });

  it('tells a closed window from other refusals', async () => {
    nock('https://graph.facebook.com')
      .post(/messages/)
      .query(true)
      .reply(400, {
        error: { message: 'outside', type: 'OAuthException', code: 10, error_subcode: 2018278 },
      });
    expect(await send()).toMatchObject({ status: 'window-closed' });
  });
});
