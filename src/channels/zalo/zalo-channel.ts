import { AppError } from '../../core/errors.ts';
import type { Channel, Clock, TokenPair, TokenVault } from '../../core/ports.ts';
import type { RaiseAlarm } from '../shared/alarm.ts';
import type { ZaloAccount } from './client.ts';
import { createZaloClient } from './client.ts';
import type { ZaloMessageBody } from './format.ts';
import { formatForZalo } from './format.ts';
import { zaloInvitation } from './invite.ts';
import { parseZaloDelivery } from './parse.ts';
import { createZaloTokens } from './token.ts';
import { verifyZaloDelivery } from './verify.ts';
import type { ZaloUnit } from './zalo-unit.ts';
import { indexZaloUnits } from './zalo-unit.ts';

/** Zalo refuses consultation messages to people who did nothing for seven days (the first 48 hours are free). */
const replyWindowMs = 7 * 24 * 3_600_000;
/**
 * The platform bears 4,000 calls a minute for each app. A minute touches at most seven spans of ten seconds, so 500 in
 * each stay below, let a burst out at once, and leave calls for what is no message.
 */
const sends = { messages: 500, seconds: 10 };
const defaultTimeoutMs = 10_000;

export interface ZaloChannelOptions {
  units: readonly ZaloUnit[];
  /** https://openapi.zalo.me */
  apiUrl: string;
  /** https://oauth.zaloapp.com */
  oauthUrl: string;
  tokenVault: TokenVault;
  clock: Clock;
  /** Told when a person must act; may be told the same thing again. */
  raiseAlarm: RaiseAlarm;
  /** See ZaloClientOptions; `bare` unless said otherwise. */
  buttonTemplate?: 'bare' | 'typed';
  /** Time limit of one call; ten seconds unless said otherwise. */
  timeoutMs?: number;
}

export interface ZaloChannel extends Channel {
  /** Renews the pairs whose life is nearly over; meant to run every hour, so that a quiet OA keeps its grant. */
  keepTokensFresh(): Promise<void>;
  /** Exchanges the code of a consent and stores the pair; `oaId` is what the callback says. Throws AppError. */
  redeemCode(oaId: string, code: string, codeVerifier: string): Promise<TokenPair>;
  /** The account that a unit's token belongs to. Throws AppError when it cannot be read. */
  readAccount(unitId: string): Promise<ZaloAccount>;
}

/** Zalo Official Accounts as a channel. Throws AppError `configuration` when the units contradict each other. */
export function createZaloChannel(options: ZaloChannelOptions): ZaloChannel {
  const units = indexZaloUnits(options.units);
  const { clock, raiseAlarm, timeoutMs = defaultTimeoutMs } = options;
  const tokens = createZaloTokens({
    oauthUrl: options.oauthUrl.replace(/\/+$/, ''),
    vault: options.tokenVault,
    clock,
    raiseAlarm,
    timeoutMs,
  });
  const buttonTemplate = options.buttonTemplate ?? 'bare';
  const client = createZaloClient({
    apiUrl: options.apiUrl.replace(/\/+$/, ''),
    tokens,
    clock,
    raiseAlarm,
    buttonTemplate,
    timeoutMs,
  });

  function unitOf(unitId: string): ZaloUnit {
    const unit = units.byUnitId.get(unitId);
    if (unit === undefined) throw new AppError('not-found', `Unit ${unitId} has no Zalo OA in its file.`);
    return unit;
  }

  return {
    name: 'zalo',
    invite(unitId) {
      const unit = units.byUnitId.get(unitId);
      return unit === undefined ? undefined : zaloInvitation(unit.oaId);
    },
    replyWindowMs,
    sendLimit: { ...sends, keyOf: (unitId) => unitOf(unitId).appId },
    verify: (rawBody, headers) => verifyZaloDelivery(units, rawBody, headers),
    parse: (rawBody, receivedAt) => parseZaloDelivery(units, rawBody, receivedAt),
    format: formatForZalo,
    send: async (message, signal) =>
      client.send(unitOf(message.unitId), message.userId, message.body as ZaloMessageBody, signal),
    async keepTokensFresh() {
      // A refusal has raised its alarm already, and one unit's trouble must not keep others waiting.
      await Promise.allSettled(units.all.map((unit) => tokens.accessToken(unit)));
    },
    async redeemCode(oaId, code, codeVerifier) {
      const unit = units.byOaId.get(oaId);
      if (unit === undefined) {
        throw new AppError('not-found', `Consent was given for OA ${oaId}, which no unit file names.`);
      }
      return tokens.redeemCode(unit, code, codeVerifier);
    },
    readAccount: async (unitId) => client.readAccount(unitOf(unitId)),
  };
}
