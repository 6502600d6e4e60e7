import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Clock, TokenPair, TokenVault } from '../../core/ports.ts';
import type { RaiseAlarm } from '../shared/alarm.ts';
import { callJson } from '../shared/call-json.ts';
import type { ZaloUnit } from './zalo-unit.ts';

/** A pair is renewed when this share of its life is over: at 20 of its 25 hours. */
const renewAfterShare = 0.8;
/** After a renewal that could not be tried (network down), the old token serves at least this long. */
const pauseAfterFailureMs = 60_000;
/** Life assumed when the answer does not tell one: the shortest that any source reports. */
const assumedLifeSeconds = 3600;
/** Rate limit: the one refusal that says nothing about the token. */
const rateLimited = -32;

export interface ZaloTokenOptions {
  /** https://oauth.zaloapp.com */
  oauthUrl: string;
  vault: TokenVault;
  clock: Clock;
  raiseAlarm: RaiseAlarm;
  timeoutMs: number;
}

export interface ZaloTokens {
  /**
   * A token to send with, renewed when its life is nearly over. `rejected` is a token that Zalo has just refused: a
   * different one is returned. Throws AppError `platform-refused` when no token can be had without a new consent, and
   * `platform-unreachable` (retryable) when Zalo cannot be asked now.
   */
  accessToken(unit: ZaloUnit, rejected?: string): Promise<string>;
  /** Exchanges the code of a consent and stores the pair. Throws like accessToken. */
  redeemCode(unit: ZaloUnit, code: string, codeVerifier: string): Promise<TokenPair>;
}

type Exchange =
  | { outcome: 'pair'; pair: TokenPair }
  | { outcome: 'refused'; code: string }
  | { outcome: 'unavailable'; code: string };

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});
const tokenRefusal = z.object({
  error: z.coerce.number(),
  error_name: z.string().optional().catch(undefined),
});

/**
 * Keeps the tokens of all OAs. A refresh token works once, so of all processes only one may refresh at a time: the
 * vault's lock is taken, the stored pair read again, and the new pair is on disk before anyone uses it. A stored pair
 * outranks the unit's variable, which is only the seed of the first one.
 */
export function createZaloTokens(options: ZaloTokenOptions): ZaloTokens {
  const { vault, clock } = options;
  const known = new Map<string, TokenPair>();
  const renewals = new Map<string, Promise<TokenPair>>();
  /** Fetched but not on disk yet: losing such a pair would cost a new consent. */
  const unsaved = new Map<string, TokenPair>();
  /** Refresh tokens that Zalo has refused for good; asking again would only annoy. */
  const spent = new Set<string>();
  const pausedUntil = new Map<string, number>();
  const warnedWithoutGrant = new Set<string>();

  async function accessToken(unit: ZaloUnit, rejected?: string): Promise<string> {
    const pair = known.get(unit.unitId);
    if (pair !== undefined && pair.accessToken !== rejected && !isDue(unit, pair)) return pair.accessToken;
    return (await renewOnce(unit, rejected)).accessToken;
  }

  function isDue(unit: ZaloUnit, pair: TokenPair): boolean {
    const nowMs = clock.now().getTime();
    const obtainedMs = Date.parse(pair.obtainedAt);
    const renewAtMs = obtainedMs + (Date.parse(pair.expiresAt) - obtainedMs) * renewAfterShare;
    const isPaused = nowMs < (pausedUntil.get(unit.unitId) ?? 0) && nowMs < Date.parse(pair.expiresAt);
    return nowMs >= renewAtMs && !isPaused;
  }

  /** All callers of this process share one renewal, unless it brings just the token that one of them saw rejected. */
  async function renewOnce(unit: ZaloUnit, rejected: string | undefined): Promise<TokenPair> {
    for (
      let running = renewals.get(unit.unitId);
      running !== undefined;
      running = renewals.get(unit.unitId)
    ) {
      const pair = await running;
      if (pair.accessToken !== rejected) return pair;
    }
    const renewal = vault
      .withLock(unit.unitId, () => renew(unit, rejected))
      .finally(() => renewals.delete(unit.unitId));
    renewals.set(unit.unitId, renewal);
    return renewal;
  }

  async function renew(unit: ZaloUnit, rejected: string | undefined): Promise<TokenPair> {
    const rescued = unsaved.get(unit.unitId);
    if (rescued !== undefined) return keep(unit, rescued);
    const stored = await vault.read(unit.unitId);
    const mayServe = stored !== undefined && stored.accessToken !== rejected;
    // Another process was faster.
    if (mayServe && !isDue(unit, stored)) return remember(unit, stored);
    const exchange = await exchangeFirstGood(unit, stored);
    if (exchange.outcome === 'pair') return keep(unit, exchange.pair);
    const nowMs = clock.now().getTime();
    pausedUntil.set(unit.unitId, nowMs + pauseAfterFailureMs);
    if (mayServe && nowMs < Date.parse(stored.expiresAt)) return remember(unit, stored);
    throw failureOf(unit, exchange);
  }

  /** Tries the stored refresh token, then the unit's variable, which an operator may have set anew. */
  async function exchangeFirstGood(unit: ZaloUnit, stored: TokenPair | undefined): Promise<Exchange> {
    const candidates = new Set([stored?.refreshToken ?? '', unit.refreshToken ?? '']);
    let exchange: Exchange = { outcome: 'refused', code: 'no-refresh-token' };
    if ([...candidates].join('') === '') warnWithoutGrant(unit);
    for (const refreshToken of candidates) {
      if (refreshToken === '' || spent.has(refreshToken)) continue;
      exchange = await requestPair(unit, { grant_type: 'refresh_token', refresh_token: refreshToken });
      if (exchange.outcome !== 'refused') return exchange;
      spent.add(refreshToken);
      alarm(
        unit,
        `token:${exchange.code}`,
        `Zalo refused the refresh token of OA ${unit.oaId}: an admin of the OA must give consent again (zalo authorize).`,
      );
    }
    return exchange;
  }

  function warnWithoutGrant(unit: ZaloUnit): void {
    if (warnedWithoutGrant.has(unit.unitId)) return;
    warnedWithoutGrant.add(unit.unitId);
    alarm(
      unit,
      'token:none',
      `There is no token for OA ${unit.oaId} yet: set its refresh token variable or give consent (zalo authorize).`,
    );
  }

  function alarm(unit: ZaloUnit, code: string, advice: string): void {
    options.raiseAlarm({ channel: 'zalo', unitId: unit.unitId, code, advice });
  }

  /** Puts a new pair on disk before anyone uses it. */
  async function keep(unit: ZaloUnit, pair: TokenPair): Promise<TokenPair> {
    unsaved.set(unit.unitId, pair);
    await vault.write(unit.unitId, pair);
    unsaved.delete(unit.unitId);
    pausedUntil.delete(unit.unitId);
    return remember(unit, pair);
  }

  function remember(unit: ZaloUnit, pair: TokenPair): TokenPair {
    known.set(unit.unitId, pair);
    return pair;
  }

  async function requestPair(unit: ZaloUnit, form: Record<string, string>): Promise<Exchange> {
    const askedAt = clock.now();
    const call = await callJson(`${options.oauthUrl}/v4/oa/access_token`, {
      method: 'POST',
      headers: { secret_key: unit.appSecret },
      body: new URLSearchParams({ ...form, app_id: unit.appId }),
      timeoutMs: options.timeoutMs,
    });
    if (call.outcome !== 'answered') return { outcome: 'unavailable', code: call.code };
    // A success carries no `error` at all, and refusals come with HTTP 200 too: only the tokens tell.
    const answer = tokenAnswer.safeParse(call.body);
    if (answer.success) {
      const { access_token: access, refresh_token: refresh, expires_in: life } = answer.data;
      const expiresAtMs = askedAt.getTime() + (life ?? assumedLifeSeconds) * 1000;
      return {
        outcome: 'pair',
        pair: {
          accessToken: access,
          refreshToken: refresh,
          obtainedAt: askedAt.toISOString(),
          expiresAt: new Date(expiresAtMs).toISOString(),
        },
      };
    }
    const refusal = tokenRefusal.safeParse(call.body);
    const isTransient =
      call.status >= 500 || call.status === 429 || (refusal.success && refusal.data.error === rateLimited);
    if (isTransient || !refusal.success) {
      return {
        outcome: 'unavailable',
        code: refusal.success ? String(refusal.data.error) : `http-${call.status}`,
      };
    }
    return { outcome: 'refused', code: String(refusal.data.error) };
  }

  async function redeemCode(unit: ZaloUnit, code: string, codeVerifier: string): Promise<TokenPair> {
    return vault.withLock(unit.unitId, async () => {
      const form = { grant_type: 'authorization_code', code, code_verifier: codeVerifier };
      const exchange = await requestPair(unit, form);
      if (exchange.outcome !== 'pair') throw failureOf(unit, exchange);
      return keep(unit, exchange.pair);
    });
  }

  return { accessToken, redeemCode };
}

function failureOf(unit: ZaloUnit, exchange: Exclude<Exchange, { outcome: 'pair' }>): AppError {
  if (exchange.outcome === 'refused') {
    return new AppError(
      'platform-refused',
      `Zalo gives no token for OA ${unit.oaId} (${exchange.code}): an admin of the OA must give consent again (zalo authorize).`,
    );
  }
  return new AppError(
    'platform-unreachable',
    `Zalo's token host could not be asked (${exchange.code}): try again later.`,
    { retryable: true, retryAfterMs: pauseAfterFailureMs },
  );
}
