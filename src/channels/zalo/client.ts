import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Clock, SendResult } from '../../core/ports.ts';
import type { RaiseAlarm } from '../shared/alarm.ts';
import type { CallResult } from '../shared/call-json.ts';
import { callJson } from '../shared/call-json.ts';
import { packSections } from '../shared/split-text.ts';
import type { ZaloMessageBody } from './format.ts';
import { zaloTextLimitChars } from './format.ts';
import { readZaloRefusal } from './send-errors.ts';
import type { ZaloTokens } from './token.ts';
import type { ZaloUnit } from './zalo-unit.ts';
import { splitAnonymousId } from './zalo-user-id.ts';

/** How long a unit rests when there is no token to send with. */
const restWithoutTokenMs = 5 * 60_000;
/** Codes by which Zalo may refuse the form of the buttons although the text is fine. */
const formRefused = new Set(['-201', '-233']);

export interface ZaloClientOptions {
  /** https://openapi.zalo.me */
  apiUrl: string;
  tokens: ZaloTokens;
  clock: Clock;
  raiseAlarm: RaiseAlarm;
  /** After this long without an answer nobody knows what became of a call. */
  timeoutMs: number;
  /**
   * How a template with nothing but buttons is written. Sources disagree: `bare` names no template type and leaves the
   * text beside the attachment, `typed` says "button" and puts the text inside.
   */
  buttonTemplate: 'bare' | 'typed';
}

export interface ZaloAccount {
  oaId: string;
  name: string | undefined;
  isVerified: boolean | undefined;
  packageName: string | undefined;
}

export interface ZaloClient {
  send(unit: ZaloUnit, userId: string, body: ZaloMessageBody, signal: AbortSignal): Promise<SendResult>;
  /** The account that the unit's token belongs to. Throws AppError when it cannot be read. */
  readAccount(unit: ZaloUnit): Promise<ZaloAccount>;
}

const answer = z.object({
  error: z.coerce.number().optional(),
  data: z
    .object({ message_id: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const accountAnswer = z.object({
  data: z.object({
    oaid: z.coerce.string().optional(),
    oa_id: z.coerce.string().optional(),
    name: z.string().optional().catch(undefined),
    is_verified: z.boolean().optional().catch(undefined),
    package_name: z.string().optional().catch(undefined),
  }),
});

/**
 * Sends through the OpenAPI host. A call is repeated from here only after a refusal: once with a new token, once
 * without buttons. What may have been sent is never sent again.
 */
export function createZaloClient(options: ZaloClientOptions): ZaloClient {
  const { timeoutMs } = options;

  async function send(
    unit: ZaloUnit,
    userId: string,
    body: ZaloMessageBody,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const anonymous = splitAnonymousId(userId);
    if (anonymous !== undefined) {
      const recipient = { anonymous_id: anonymous.anonymousId, conversation_id: anonymous.conversationId };
      return post(
        unit,
        '/v2.0/oa/message',
        { recipient, message: { text: writeWithoutButtons(body) } },
        signal,
      );
    }
    const recipient = { user_id: userId };
    const path = '/v3.0/oa/message/cs';
    const result = await post(
      unit,
      path,
      { recipient, message: writeMessage(body, options.buttonTemplate) },
      signal,
    );
    if (body.buttons.length === 0 || result.status !== 'refused' || !formRefused.has(result.code))
      return result;
    // The citizen gets the answer even when Zalo does not like our buttons.
    return post(unit, path, { recipient, message: { text: writeWithoutButtons(body) } }, signal);
  }

  async function post(unit: ZaloUnit, path: string, body: object, signal: AbortSignal): Promise<SendResult> {
    let rejected: string | undefined;
    for (;;) {
      const token = await getToken(unit, rejected);
      if (typeof token !== 'string') return token;
      const call = await callJson(`${options.apiUrl}${path}`, {
        method: 'POST',
        headers: { access_token: token },
        body,
        timeoutMs,
        signal,
      });
      const reading = readAnswer(call, options.clock.now());
      if (reading.advice !== undefined) alarm(unit, reading.code, reading.advice);
      if (reading.result !== 'renew-token') return reading.result;
      if (rejected !== undefined) {
        alarm(
          unit,
          reading.code,
          'Zalo rejects a token that it has just issued: check app_id and the app secret.',
        );
        return { status: 'retry', code: reading.code, afterMs: restWithoutTokenMs, scope: 'unit' };
      }
      rejected = token;
    }
  }

  async function getToken(unit: ZaloUnit, rejected: string | undefined): Promise<string | SendResult> {
    try {
      return await options.tokens.accessToken(unit, rejected);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const afterMs = error.retryable ? error.retryAfterMs : restWithoutTokenMs;
      const wait = afterMs === undefined ? {} : { afterMs };
      return { status: 'retry', code: `token:${error.code}`, ...wait, scope: 'unit' };
    }
  }

  function alarm(unit: ZaloUnit, code: string, advice: string): void {
    options.raiseAlarm({ channel: 'zalo', unitId: unit.unitId, code, advice });
  }

  async function readAccount(unit: ZaloUnit): Promise<ZaloAccount> {
    const call = await callJson(`${options.apiUrl}/v2.0/oa/getoa`, {
      method: 'GET',
      headers: { access_token: await options.tokens.accessToken(unit) },
      timeoutMs,
    });
    if (call.outcome !== 'answered') {
      throw new AppError(
        'platform-unreachable',
        `Zalo's API could not be asked (${call.code}): try again later.`,
        {
          retryable: true,
        },
      );
    }
    const account = accountAnswer.safeParse(call.body);
    const oaId = account.success ? (account.data.data.oaid ?? account.data.data.oa_id) : undefined;
    if (!account.success || oaId === undefined) {
      const refusal = answer.safeParse(call.body);
      const code = refusal.success ? String(refusal.data.error) : `http-${call.status}`;
      throw new AppError(
        'platform-refused',
        `Zalo did not describe OA ${unit.oaId} (${code}): check its token.`,
      );
    }
    const { name, is_verified: isVerified, package_name: packageName } = account.data.data;
    return { oaId, name, isVerified, packageName };
  }

  return { send, readAccount };
}

interface Reading {
  result: SendResult | 'renew-token';
  code: string;
  advice?: string;
}

/** HTTP 200 says nothing: success is `error` 0 (or absent beside a message id). */
function readAnswer(call: CallResult, now: Date): Reading {
  if (call.outcome === 'not-sent') {
    return { result: { status: 'retry', code: call.code, scope: 'unit' }, code: call.code };
  }
  if (call.outcome === 'unknown') return { result: { status: 'unknown', code: call.code }, code: call.code };
  const parsed = answer.safeParse(call.body);
  const error = parsed.success ? parsed.data.error : undefined;
  const messageId = parsed.success ? (parsed.data.data?.message_id ?? null) : null;
  if (call.status < 300 && (error === 0 || (error === undefined && messageId !== null))) {
    return { result: { status: 'sent', messageId }, code: '0' };
  }
  if (error !== undefined && error !== 0) {
    const meaning = readZaloRefusal(error, now);
    return { ...meaning, code: String(error) };
  }
  const code = `http-${call.status}`;
  if (call.status === 429) {
    const wait = call.retryAfterMs === undefined ? {} : { afterMs: call.retryAfterMs };
    return { result: { status: 'retry', code, ...wait, scope: 'unit' }, code };
  }
  // A gateway that gave up waiting, or an answer cut short: what stands behind it may have sent the message.
  if (call.status === 504 || call.status < 300) return { result: { status: 'unknown', code }, code };
  if (call.status >= 500) return { result: { status: 'retry', code, scope: 'unit' }, code };
  return {
    result: { status: 'refused', code },
    code,
    advice: `Zalo's API answers HTTP ${call.status}: check ZALO_API_URL.`,
  };
}

function writeMessage(body: ZaloMessageBody, template: 'bare' | 'typed'): object {
  if (body.buttons.length === 0) return { text: body.text };
  return template === 'bare'
    ? { text: body.text, attachment: { type: 'template', payload: { buttons: body.buttons } } }
    : {
        attachment: {
          type: 'template',
          payload: { template_type: 'button', text: body.text, buttons: body.buttons },
        },
      };
}

function writeWithoutButtons(body: ZaloMessageBody): string {
  const [first = body.text] = packSections([body.text, body.buttonLines.join('\n')], zaloTextLimitChars);
  return first;
}
