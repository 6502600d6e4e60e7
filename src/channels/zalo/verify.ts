import { hash } from 'node:crypto';
import type { Headers, Verification } from '../../core/ports.ts';
import { equalBytes } from '../shared/equal-bytes.ts';
import { readHeader } from '../shared/read-header.ts';
import { findOaId, readZaloPayload } from './payload.ts';
import type { ZaloUnit, ZaloUnits } from './zalo-unit.ts';

/** Why a delivery was refused; `unsigned-probe` is a body without any event, as the console sends when a URL is saved. */
type ZaloRefusal =
  | 'unsigned-probe'
  | 'signature-missing'
  | 'signature-malformed'
  | 'body-unreadable'
  | 'timestamp-missing'
  | 'unit-unknown'
  | 'app-mismatch'
  | 'signature-mismatch';

/** Longest body that can be the console's probe. */
const probeLimitBytes = 4_096;

/**
 * Checks the signature of one delivery: header `X-ZEvent-Signature: mac=<hex>`, the plain SHA-256 (not an HMAC) of app
 * id, raw body, timestamp and OA secret key, in that order. App id and key come from the configuration of the unit
 * whose OA the body names; the timestamp's digits are taken from the raw text.
 * A delivery for an OA that no unit has, but signed by an app that some unit has, is genuine and belongs to nobody:
 * `unitIds` is empty. Age is not checked: genuine repeats arrive up to two hours late, and ids catch replays.
 */
export function verifyZaloDelivery(units: ZaloUnits, rawBody: Uint8Array, headers: Headers): Verification {
  const refuse = (reason: ZaloRefusal): Verification => ({ ok: false, reason });
  const signature = readHeader(headers, 'x-zevent-signature');
  if (signature === undefined) return refuse(isProbe(rawBody) ? 'unsigned-probe' : 'signature-missing');
  const mac = /^mac=([0-9a-f]{64})$/i.exec(signature)?.[1];
  if (mac === undefined) return refuse('signature-malformed');
  const payload = readZaloPayload(rawBody);
  if (payload === undefined) return refuse('body-unreadable');
  const timestampDigits = findTopLevelDigits(new TextDecoder().decode(rawBody), 'timestamp');
  if (timestampDigits === undefined) return refuse('timestamp-missing');

  const oaId = findOaId(payload, (candidate) => units.byOaId.has(candidate));
  const owner = oaId === undefined ? undefined : units.byOaId.get(oaId);
  const signers = owner === undefined ? signersOfApp(units, payload.app_id) : [owner];
  if (signers.length === 0) return refuse('unit-unknown');
  const given = Buffer.from(mac, 'hex');
  const isGenuine = signers.some((signer) =>
    equalBytes(computeZaloMac(signer.appId, rawBody, timestampDigits, signer.oaSecretKey), given),
  );
  if (isGenuine) return { ok: true, unitIds: owner === undefined ? [] : [owner.unitId] };
  const namesOtherApp =
    payload.app_id !== undefined && signers.every((signer) => signer.appId !== payload.app_id);
  return refuse(namesOtherApp ? 'app-mismatch' : 'signature-mismatch');
}

/** Only a short body is read to find out: whoever signs nothing gets no work done. */
function isProbe(rawBody: Uint8Array): boolean {
  const payload = rawBody.length > probeLimitBytes ? undefined : readZaloPayload(rawBody);
  return payload !== undefined && payload.event_name === undefined && payload.message === undefined;
}

/** The 32 bytes that a delivery's signature must hold. */
function computeZaloMac(
  appId: string,
  rawBody: Uint8Array,
  timestampDigits: string,
  oaSecretKey: string,
): Uint8Array {
  const signed = [Buffer.from(appId), rawBody, Buffer.from(timestampDigits + oaSecretKey)];
  return hash('sha256', Buffer.concat(signed), 'buffer');
}

/** One unit per distinct key of an app: several OAs of one app normally share it. */
function signersOfApp(units: ZaloUnits, appId: string | undefined): ZaloUnit[] {
  const ofApp = units.all.filter((unit) => unit.appId === appId);
  return [...new Map(ofApp.map((unit) => [unit.oaSecretKey, unit])).values()];
}

/**
 * The digits of the value of a key of the outermost object, as written, whether a number or a string. Found without
 * parsing, so that the check does not depend on how a parser reads numbers.
 */
export function findTopLevelDigits(json: string, key: string): string | undefined {
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '"') {
      const end = findStringEnd(json, index);
      if (depth === 1 && json.slice(index + 1, end) === key) {
        const digits = /^\s*:\s*(?:"(\d{1,20})"|(\d{1,20})(?=[\s,}]))/.exec(json.slice(end + 1, end + 80));
        // Not followed by a colon: it was a value that reads like the key.
        if (digits !== null) return digits[1] ?? digits[2];
      }
      index = end;
    }
  }
  return undefined;
}

function findStringEnd(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index += 1) {
    if (json[index] === '\\') index += 1;
    else if (json[index] === '"') return index;
  }
  return json.length;
}
