import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { findTopLevelDigits, verifyZaloDelivery } from '../../../../src/channels/zalo/verify.ts';
import type { ZaloUnit } from '../../../../src/channels/zalo/zalo-unit.ts';
import { indexZaloUnits } from '../../../../src/channels/zalo/zalo-unit.ts';
import { signZalo, zaloFollow, zaloText } from '../../../fakes/deliveries.ts';

const account = { oaId: '5000000000000000003', appId: '4111222333444555666', oaSecretKey: 'oa-secret-key' };
const sister = { oaId: '5000000000000000004', appId: '4111222333444555666', oaSecretKey: 'oa-secret-key' };
const stranger = { oaId: '5000000000000000005', appId: '4999', oaSecretKey: 'another-key' };
const toUnit = (unitId: string, unit: typeof account): ZaloUnit => ({
  unitId,
  appSecret: 'app-secret',
  ...unit,
});
const units = indexZaloUnits([
  toUnit('hang-gon', account),
  toUnit('bao-vinh', sister),
  toUnit('xuan-lap', stranger),
]);
const citizen = '6000000000000000002';
const fixture = readFileSync('test/fixtures/deliveries/zalo/user_send_text.json', 'utf8').trimEnd();
/** `printf '%s%s%s%s' appId body timestamp oaSecretKey | sha256sum` over the fixture. */
const knownMac = '3758b082bb5ae6333078274068c4718e51f1a8c4e8d14a937e81e72d8844b61b';

describe('verifyZaloDelivery', () => {
  it('accepts a signature made by another tool: plain SHA-256 of app id, body, timestamp and OA secret key', () => {
    const verification = verifyZaloDelivery(units, Buffer.from(fixture), {
      'x-zevent-signature': `mac=${knownMac}`,
    });
    expect(verification).toEqual({ ok: true, unitIds: ['hang-gon'] });
  });

  it('finds the unit by OA id, wherever the event carries it', () => {
    for (const delivery of [zaloText(sister, citizen, 'lệ phí'), zaloFollow(sister, citizen)]) {
      expect(verifyZaloDelivery(units, delivery.body, delivery.headers)).toEqual({
        ok: true,
        unitIds: ['bao-vinh'],
      });
    }
  });

  it('accepts a timestamp that is a number', () => {
    const { body, headers } = signZalo(
      account,
      `{"event_name":"follow","oa_id":"${account.oaId}", "timestamp" : 1763712000123, "follower":{"id":"6"}}`,
    );
    expect(verifyZaloDelivery(units, body, headers).ok).toBe(true);
  });

  it('is not deceived by a timestamp inside the message', () => {
    const { body, headers } = zaloText(account, citizen, 'xin "timestamp":"1" và {"timestamp":2}');
    expect(verifyZaloDelivery(units, body, headers).ok).toBe(true);
    const nested = JSON.stringify({
      message: { timestamp: '1', text: 'x' },
      event_name: 'user_send_text',
      recipient: { id: account.oaId },
      timestamp: '1763712000123',
    });
    const signed = signZalo(account, nested.replace('"timestamp":"1"', '"timestamp" :"1"'));
    expect(findTopLevelDigits(signed.body.toString('utf8'), 'timestamp')).toBe('1763712000123');
  });

  it.each([
    ['no header', {}, 'signature-missing'],
    ['an empty header', { 'x-zevent-signature': '' }, 'signature-missing'],
    ['two headers', { 'x-zevent-signature': [`mac=${knownMac}`, `mac=${knownMac}`] }, 'signature-missing'],
    ['no prefix', { 'x-zevent-signature': knownMac }, 'signature-malformed'],
    ['a short digest', { 'x-zevent-signature': `mac=${knownMac.slice(2)}` }, 'signature-malformed'],
    ['a long digest', { 'x-zevent-signature': `mac=${knownMac}00` }, 'signature-malformed'],
    ['no hex', { 'x-zevent-signature': `mac=${'z'.repeat(64)}` }, 'signature-malformed'],
    ['another digest', { 'x-zevent-signature': `mac=${'0'.repeat(64)}` }, 'signature-mismatch'],
    ['the header of other code', { mac: knownMac }, 'signature-missing'],
  ])('refuses %s', (_name, headers, reason) => {
    expect(verifyZaloDelivery(units, Buffer.from(fixture), headers)).toEqual({ ok: false, reason });
  });

  it('refuses any change of the body, of one byte or in its form', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: Buffer.byteLength(fixture) - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const body = Buffer.from(fixture);
          body[at] = (body[at] ?? 0) ^ by;
          const headers = { 'x-zevent-signature': `mac=${knownMac}` };
          expect(verifyZaloDelivery(units, body, headers).ok).toBe(false);
        },
      ),
    );
    const reserialised = Buffer.from(JSON.stringify(JSON.parse(fixture), null, 1));
    expect(verifyZaloDelivery(units, reserialised, { 'x-zevent-signature': `mac=${knownMac}` }).ok).toBe(
      false,
    );
  });

  it("refuses one app's signature on another app's OA", () => {
    const { body, headers } = zaloText({ ...stranger, oaId: account.oaId }, citizen, 'lệ phí');
    expect(verifyZaloDelivery(units, body, headers)).toEqual({ ok: false, reason: 'app-mismatch' });
    const withOurAppId = zaloText({ ...account, oaSecretKey: 'another-key' }, citizen, 'lệ phí');
    expect(verifyZaloDelivery(units, withOurAppId.body, withOurAppId.headers)).toEqual({
      ok: false,
      reason: 'signature-mismatch',
    });
  });

  it('takes a genuine event of an OA that no unit has, and refuses one of an unknown app', () => {
    const ours = zaloText({ ...account, oaId: '5999' }, citizen, 'lệ phí');
    expect(verifyZaloDelivery(units, ours.body, ours.headers)).toEqual({ ok: true, unitIds: [] });
    const foreign = zaloText({ oaId: '5999', appId: '4998', oaSecretKey: 'k' }, citizen, 'lệ phí');
    expect(verifyZaloDelivery(units, foreign.body, foreign.headers)).toEqual({
      ok: false,
      reason: 'unit-unknown',
    });
  });

  it('tells a probe without any event from an unsigned event, and refuses both', () => {
    expect(verifyZaloDelivery(units, Buffer.from('{}'), {})).toEqual({ ok: false, reason: 'unsigned-probe' });
    expect(verifyZaloDelivery(units, Buffer.from('{"event_name":"follow"}'), {})).toEqual({
      ok: false,
      reason: 'signature-missing',
    });
    expect(verifyZaloDelivery(units, Buffer.alloc(0), {})).toEqual({
      ok: false,
      reason: 'signature-missing',
    });
  });

  it('does not read a long body that nobody has signed, not even to tell what it is', () => {
    expect(verifyZaloDelivery(units, Buffer.from(`{"x":"${'x'.repeat(5_000)}"}`), {})).toEqual({
      ok: false,
      reason: 'signature-missing',
    });
  });

  it.each([
    ['nothing', '', 'body-unreadable'],
    ['no JSON', 'xin chào', 'body-unreadable'],
    ['a list', '[]', 'body-unreadable'],
    ['a number', '1', 'body-unreadable'],
    ['no timestamp', `{"oa_id":"${account.oaId}"}`, 'timestamp-missing'],
    ['a timestamp that is no number', `{"oa_id":"${account.oaId}","timestamp":"nay"}`, 'timestamp-missing'],
  ])('refuses a body of %s, signed or not', (_name, body, reason) => {
    const { headers } = signZalo(account, body);
    expect(verifyZaloDelivery(units, Buffer.from(body), headers)).toEqual({ ok: false, reason });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (body, signature) => {
        expect(verifyZaloDelivery(units, body, { 'x-zevent-signature': signature }).ok).toBe(false);
      }),
    );
  });
});

describe('findTopLevelDigits', () => {
  it('finds what JSON.parse finds, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(),
        fc.boolean(),
        fc.constantFrom(undefined, 1),
        (others, digits, asText, indent) => {
          const { timestamp: _dropped, ...rest } = others;
          const nested = { ...rest, nested: { timestamp: 5 }, list: [{ timestamp: '6' }, 'timestamp'] };
          const json = JSON.stringify(
            { ...nested, timestamp: asText ? String(digits) : digits, after: 1 },
            null,
            indent,
          );
          expect(findTopLevelDigits(json, 'timestamp')).toBe(String(digits));
        },
      ),
    );
  });

  it('finds nothing where there is nothing', () => {
    for (const json of [
      '',
      '{',
      '"timestamp":1',
      '[{"timestamp":1}]',
      '{"a":"timestamp"}',
      '{"timestamp":1.5}',
    ]) {
      expect(findTopLevelDigits(json, 'timestamp')).toBeUndefined();
    }
  });
});

describe('indexZaloUnits', () => {
  it('refuses to start without a secret or with one OA in two units', () => {
    expect(() => indexZaloUnits([{ ...toUnit('a', account), oaSecretKey: '' }])).toThrow(
      /secrets of unit a are empty/,
    );
    expect(() => indexZaloUnits([toUnit('a', account), toUnit('b', account)])).toThrow(
      /name the same Zalo OA/,
    );
  });
});
