import { createHash, createHmac } from 'node:crypto';
import type { Headers, Verification } from '../../core/ports.ts';
import { equalBytes } from '../shared/equal-bytes.ts';
import { readHeader } from '../shared/read-header.ts';
import type { MessengerUnit, MessengerUnits } from './messenger-unit.ts';
import { readMessengerPayload } from './payload.ts';

/** Why a delivery was refused. */
type MessengerRefusal =
  'signature-missing' | 'signature-malformed' | 'signature-mismatch' | 'page-of-other-app';

/**
 * Checks the signature of one delivery: header `X-Hub-Signature-256: sha256=<hex>`, the HMAC-SHA256 of the bytes as
 * received under the app secret. The bytes are never re-escaped: what Meta escapes is escaped on the wire already.
 * A deployment may hold several apps and the delivery does not name its own, so each distinct secret is tried; then
 * every page in it that is ours must belong to an app whose secret fits, or one app could speak for another's pages.
 */
export function verifyMessengerDelivery(
  units: MessengerUnits,
  rawBody: Uint8Array,
  headers: Headers,
): Verification {
  const refuse = (reason: MessengerRefusal): Verification => ({ ok: false, reason });
  const signature = readHeader(headers, 'x-hub-signature-256');
  if (signature === undefined) return refuse('signature-missing');
  const mac = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1];
  if (mac === undefined) return refuse('signature-malformed');

  const given = Buffer.from(mac, 'hex');
  const fitting = new Set(
    distinctSecrets(units).filter((secret) => equalBytes(computeMessengerMac(rawBody, secret), given)),
  );
  if (fitting.size === 0) return refuse('signature-mismatch');

  const entries = readMessengerPayload(rawBody)?.entry ?? [];
  const named = new Set<MessengerUnit>();
  for (const entry of entries) {
    const unit = entry.id === undefined ? undefined : units.byPageId.get(entry.id);
    if (unit !== undefined) named.add(unit);
  }
  const allFit = [...named].every((unit) => fitting.has(unit.appSecret));
  return allFit ? { ok: true, unitIds: [...named].map((unit) => unit.unitId) } : refuse('page-of-other-app');
}

/** The 32 bytes that a delivery's signature must hold. */
function computeMessengerMac(rawBody: Uint8Array, appSecret: string): Uint8Array {
  return createHmac('sha256', appSecret).update(rawBody).digest();
}

/** What Graph calls carry beside the token to prove that the caller also knows the app secret: hex HMAC-SHA256. */
export function computeAppSecretProof(accessToken: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

/** Meta's test may be a word as well as a number; it is sent back as it came. */
const challengeLimitChars = 256;

/**
 * The GET with which Meta checks a webhook address: returns the challenge when the mode is right and the token is one
 * of ours, compared in constant time.
 */
export function answerMessengerChallenge(units: MessengerUnits, query: URLSearchParams): string | undefined {
  const challenge = query.get('hub.challenge');
  const token = query.get('hub.verify_token');
  if (query.get('hub.mode') !== 'subscribe' || token === null) return undefined;
  if (challenge === null || challenge === '' || challenge.length > challengeLimitChars) return undefined;
  const given = digest(token);
  const isOurs = units.all.filter((unit) => equalBytes(digest(unit.verifyToken), given)).length > 0;
  return isOurs ? challenge : undefined;
}

/** Digests have one length, so that comparing them tells nothing about the length of a token. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function distinctSecrets(units: MessengerUnits): string[] {
  return [...new Set(units.all.map((unit) => unit.appSecret))];
}
