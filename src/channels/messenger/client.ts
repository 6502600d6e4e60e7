import { z } from 'zod';
import type { SendResult } from '../../core/ports.ts';
import type { RaiseAlarm } from '../shared/alarm.ts';
import type { CallResult } from '../shared/call-json.ts';
import { callJson } from '../shared/call-json.ts';
import type { MessengerMessageBody } from './format.ts';
import type { MessengerUnit } from './messenger-unit.ts';
import { defaultGraphVersion, pageInboxAppId } from './messenger-unit.ts';
import { readGraphRefusal } from './send-errors.ts';
import { computeAppSecretProof } from './verify.ts';

/** Shows of attention are not worth waiting for. */
const actionTimeoutMs = 3_000;

export interface MessengerClientOptions {
  /** https://graph.facebook.com */
  graphUrl: string;
  raiseAlarm: RaiseAlarm;
  /** After this long without an answer nobody knows what became of a call. */
  timeoutMs: number;
}

export interface MessengerClient {
  /** Sends one message within the 24-hour window; `metadata` comes back in its echo. */
  send(
    unit: MessengerUnit,
    userId: string,
    body: MessengerMessageBody,
    metadata: string,
    signal: AbortSignal,
  ): Promise<SendResult>;
  /** Marks the conversation as read and shows the typing sign; failures are ignored. */
  acknowledge(unit: MessengerUnit, userId: string): Promise<void>;
  /** Gives the conversation to the app with which officers answer. */
  passToInbox(unit: MessengerUnit, userId: string): Promise<boolean>;
  /** Takes it back from there; only the Page's default app may. */
  takeFromInbox(unit: MessengerUnit, userId: string): Promise<boolean>;
  /** Any other Graph call with the unit's token, e.g. to `me/messenger_profile`. */
  call(
    unit: MessengerUnit,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<CallResult>;
}

const sent = z.object({ message_id: z.string() });
const failed = z.object({
  error: z.object({
    code: z.coerce.number(),
    error_subcode: z.coerce.number().optional().catch(undefined),
  }),
});

/** Sends through the Graph API. Nothing is sent twice from here: there is no key by which Meta would drop a repeat. */
export function createMessengerClient(options: MessengerClientOptions): MessengerClient {
  const { timeoutMs } = options;

  function call(
    unit: MessengerUnit,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
    within: { timeoutMs: number; signal?: AbortSignal } = { timeoutMs },
  ): Promise<CallResult> {
    const url = new URL(`${options.graphUrl}/${unit.graphVersion ?? defaultGraphVersion}/${path}`);
    url.searchParams.set('appsecret_proof', computeAppSecretProof(unit.pageToken, unit.appSecret));
    return callJson(url.href, {
      method,
      // In a header the token stays out of URLs and logs.
      headers: { authorization: `Bearer ${unit.pageToken}` },
      ...(body === undefined ? {} : { body }),
      ...within,
    });
  }

  async function send(
    unit: MessengerUnit,
    userId: string,
    body: MessengerMessageBody,
    metadata: string,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const request = {
      recipient: { id: userId },
      messaging_type: 'RESPONSE',
      message: { ...body, metadata },
    };
    const reading = readAnswer(
      await call(unit, 'POST', `${unit.pageId}/messages`, request, { timeoutMs, signal }),
    );
    if (reading.advice !== undefined) {
      const code = 'code' in reading.result ? reading.result.code : '';
      options.raiseAlarm({ channel: 'messenger', unitId: unit.unitId, code, advice: reading.advice });
    }
    return reading.result;
  }

  async function acknowledge(unit: MessengerUnit, userId: string): Promise<void> {
    const act = (action: string): Promise<CallResult> =>
      call(
        unit,
        'POST',
        `${unit.pageId}/messages`,
        { recipient: { id: userId }, sender_action: action },
        { timeoutMs: actionTimeoutMs },
      );
    await act('mark_seen');
    await act('typing_on');
  }

  async function passToInbox(unit: MessengerUnit, userId: string): Promise<boolean> {
    const result = await call(unit, 'POST', `${unit.pageId}/pass_thread_control`, {
      recipient: { id: userId },
      target_app_id: unit.inboxAppId ?? pageInboxAppId,
    });
    return result.outcome === 'answered' && result.status < 300;
  }

  async function takeFromInbox(unit: MessengerUnit, userId: string): Promise<boolean> {
    const result = await call(unit, 'POST', `${unit.pageId}/take_thread_control`, {
      recipient: { id: userId },
    });
    return result.outcome === 'answered' && result.status < 300;
  }

  return { send, acknowledge, passToInbox, takeFromInbox, call };
}

function readAnswer(call: CallResult): { result: SendResult; advice?: string } {
  if (call.outcome === 'not-sent') return { result: { status: 'retry', code: call.code, scope: 'unit' } };
  if (call.outcome === 'unknown') return { result: { status: 'unknown', code: call.code } };
  const refusal = failed.safeParse(call.body);
  if (refusal.success) {
    const { code, error_subcode: subcode } = refusal.data.error;
    return readGraphRefusal(code, subcode, call.status, call.retryAfterMs);
  }
  const success = sent.safeParse(call.body);
  if (call.status < 300 && success.success) {
    return { result: { status: 'sent', messageId: success.data.message_id } };
  }
  const code = `http-${call.status}`;
  if (call.status === 429) {
    return { result: { status: 'retry', code, afterMs: call.retryAfterMs ?? 60_000, scope: 'unit' } };
  }
  // A gateway that gave up waiting, or an answer cut short: what stands behind it may have sent the message.
  if (call.status === 504 || call.status < 300) return { result: { status: 'unknown', code } };
  if (call.status >= 500) return { result: { status: 'retry', code, scope: 'unit' } };
  return {
    result: { status: 'refused', code },
    advice: `The Graph API answers HTTP ${call.status}: check MESSENGER_GRAPH_URL.`,
  };
}
