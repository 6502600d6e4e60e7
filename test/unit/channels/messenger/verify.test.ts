import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { MessengerUnit } from '../../../../src/channels/messenger/messenger-unit.ts';
import { indexMessengerUnits } from '../../../../src/channels/messenger/messenger-unit.ts';
import {
  answerMessengerChallenge,
  computeAppSecretProof,
  verifyMessengerDelivery,
} from '../../../../src/channels/messenger/verify.ts';
import { messengerBatch, messengerItem, messengerText, signMessenger } from '../../../fakes/deliveries.ts';

const toUnit = (unitId: string, pageId: string, appSecret: string): MessengerUnit => ({
  unitId,
  pageId,
  appSecret,
  verifyToken: `verify-${unitId}`,
  pageToken: 'page-token',
});
const units = indexMessengerUnits([
  toUnit('hang-gon', '100000000000001', 'app-secret'),
  toUnit('bao-vinh', '100000000000002', 'app-secret'),
  toUnit('xuan-lap', '100000000000003', 'other-secret'),
]);
const fixture = readFileSync('test/fixtures/deliveries/messenger/text.json', 'utf8').trimEnd();
/** `openssl dgst -sha256 -hmac app-secret` over the fixture. */
const knownMac = 'a8ee32f70e10983282323b303751ef4295d08a833ea509a9cd23700549da84a9';
const entryOf = (pageId: string) => ({
  pageId,
  messaging: [messengerItem(pageId, '77', { message: { mid: `m_${pageId}`, text: 'lệ phí' } })],
});

describe('verifyMessengerDelivery', () => {
  it('accepts a signature made by another tool: HMAC-SHA256 of the bytes under the app secret', () => {
    const headers = { 'x-hub-signature-256': `sha256=${knownMac}` };
    expect(verifyMessengerDelivery(units, Buffer.from(fixture), headers)).toEqual({
      ok: true,
      unitIds: ['hang-gon'],
    });
  });

  it('names every unit of a delivery once', () => {
    const { body, headers } = messengerBatch('app-secret', [
      entryOf('100000000000002'),
      entryOf('100000000000001'),
      entryOf('100000000000002'),
    ]);
    expect(verifyMessengerDelivery(units, body, headers)).toEqual({
      ok: true,
      unitIds: ['bao-vinh', 'hang-gon'],
    });
  });

  it('tries each app of the deployment', () => {
    const { body, headers } = messengerText(
      { pageId: '100000000000003', appSecret: 'other-secret' },
      '77',
      'lệ phí',
    );
    expect(verifyMessengerDelivery(units, body, headers)).toEqual({ ok: true, unitIds: ['xuan-lap'] });
  });

  it("refuses the whole delivery when one page in it is another app's", () => {
    const mixed = [entryOf('100000000000001'), entryOf('100000000000003')];
    for (const secret of ['app-secret', 'other-secret']) {
      const { body, headers } = messengerBatch(secret, mixed);
      expect(verifyMessengerDelivery(units, body, headers)).toEqual({
        ok: false,
        reason: 'page-of-other-app',
      });
    }
  });

  it('takes a genuine delivery for a page that no unit has', () => {
    const { body, headers } = messengerBatch('app-secret', [entryOf('100000000000099')]);
    expect(verifyMessengerDelivery(units, body, headers)).toEqual({ ok: true, unitIds: [] });
  });

  it.each([
    ['no header', {}, 'signature-missing'],
    ['only the old SHA-1 header', { 'x-hub-signature': `sha1=${'0'.repeat(40)}` }, 'signature-missing'],
    ['no prefix', { 'x-hub-signature-256': knownMac }, 'signature-malformed'],
    ['a short digest', { 'x-hub-signature-256': `sha256=${knownMac.slice(2)}` }, 'signature-malformed'],
    ['another digest', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, 'signature-mismatch'],
  ])('refuses %s', (_name, headers, reason) => {
    expect(verifyMessengerDelivery(units, Buffer.from(fixture), headers)).toEqual({ ok: false, reason });
  });

  it('refuses any change of a byte, and the same content escaped differently', () => {
    const headers = { 'x-hub-signature-256': `sha256=${knownMac}` };
    fc.assert(
      fc.property(
        fc.nat({ max: Buffer.byteLength(fixture) - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const body = Buffer.from(fixture);
          body[at] = (body[at] ?? 0) ^ by;
          expect(verifyMessengerDelivery(units, body, headers).ok).toBe(false);
        },
      ),
    );
    const unescaped = Buffer.from(JSON.stringify(JSON.parse(fixture)));
    expect(verifyMessengerDelivery(units, unescaped, headers).ok).toBe(false);
  });

  it('leaves a signed body that is no delivery to the parser', () => {
    for (const text of ['', 'x', '[]']) {
      const { body, headers } = signMessenger('app-secret', text);
      expect(verifyMessengerDelivery(units, body, headers)).toEqual({ ok: true, unitIds: [] });
    }
  });
});

describe('answerMessengerChallenge', () => {
  const ask = (query: Record<string, string>) => answerMessengerChallenge(units, new URLSearchParams(query));
  const right = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'verify-bao-vinh',
    'hub.challenge': '1158201444',
  };

  it('gives the challenge back for the token of any unit', () => {
    expect(ask(right)).toBe('1158201444');
    expect(ask({ ...right, 'hub.verify_token': 'verify-hang-gon', 'hub.challenge': 'WORD' })).toBe('WORD');
  });

  it.each([
    ['a wrong token', { ...right, 'hub.verify_token': 'verify-bao-vinH' }],
    ['an empty token', { ...right, 'hub.verify_token': '' }],
    ['another mode', { ...right, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': 'verify-bao-vinh' }],
    ['a challenge without end', { ...right, 'hub.challenge': '1'.repeat(257) }],
    ['nothing', {}],
  ])('refuses %s', (_name, query) => {
    expect(ask(query)).toBeUndefined();
  });
});

describe('computeAppSecretProof', () => {
  it('is what another tool computes', () => {
    // printf page-token | openssl dgst -sha256 -hmac app-secret
    expect(computeAppSecretProof('page-token', 'app-secret')).toBe(
      'd8b448b9cc7d64c51098271805b3cc20b5b715e52bd587eb71b610259587c856',
    );
  });
});

describe('indexMessengerUnits', () => {
  it('refuses to start without a secret or with one Page in two units', () => {
    const unit = toUnit('a', '100000000000001', 's');
    expect(() => indexMessengerUnits([{ ...unit, verifyToken: '' }])).toThrow(/secrets of unit a are empty/);
    expect(() => indexMessengerUnits([unit, { ...unit, unitId: 'b' }])).toThrow(/name the same Page/);
  });
});
