import { createHmac } from 'node:crypto';
import type { FakeAnswer, FakeRequest } from './http-exchange.ts';
import { answerJson, asArray, asObject, asText, readJsonObject } from './http-exchange.ts';
import type { PlatformState } from './platform-state.ts';
import { isInWindow, newName, recordCall, recordSent } from './platform-state.ts';

const windowMs = 24 * 3_600_000;
const senderActions = new Set(['typing_on', 'typing_off', 'mark_seen', 'react', 'unreact']);
const messagingTypes = new Set(['RESPONSE', 'UPDATE', 'MESSAGE_TAG']);

/** A Graph error: HTTP 400, except for bad tokens (401 in some versions; Meta itself answers 400). */
export function refuseGraph(
  code: number,
  subcode?: number,
  message = 'Refused by the fake platform',
): FakeAnswer {
  return answerJson(
    {
      error: {
        message,
        type: 'OAuthException',
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        fbtrace_id: 'fake',
      },
    },
    400,
  );
}

export function isGraphSend(request: FakeRequest): boolean {
  return request.method === 'POST' && /^\/v\d+\.\d+\/[^/]+\/messages$/.test(request.url.pathname);
}

export function isGraphPath(request: FakeRequest): boolean {
  return /^\/v\d+\.\d+\//.test(request.url.pathname);
}

/** The citizen that a send is for, so that a fault can be aimed. */
export function readGraphRecipient(request: FakeRequest): string | undefined {
  return asText(asObject(readJsonObject(request)?.['recipient'])?.['id']) || undefined;
}

/** The host graph.facebook.com; undefined for a path without a version. */
export function answerGraph(state: PlatformState, request: FakeRequest): FakeAnswer | undefined {
  const match = /^\/v\d+\.\d+\/([^/]+)\/([a-z_]+)$/.exec(request.url.pathname);
  const [, node, edge] = match ?? [];
  if (node === undefined || edge === undefined) return undefined;
  const page = findPage(state, request, node);
  if (typeof page !== 'string') return page;
  const body = readJsonObject(request) ?? {};
  switch (`${request.method} ${edge}`) {
    case 'POST messages':
      return acceptMessage(state, page, body);
    case 'POST messenger_profile':
      state.profiles.set(page, { ...asObject(state.profiles.get(page)), ...body });
      recordCall(state, 'messenger_profile', page, body);
      return answerJson({ result: 'success' });
    case 'GET messenger_profile':
      return answerJson({ data: [state.profiles.get(page) ?? {}] });
    case 'POST subscribed_apps':
      state.subscriptions.set(page, asText(body['subscribed_fields']).split(',').filter(Boolean));
      recordCall(state, 'subscribed_apps', page, body);
      return answerJson({ success: true });
    case 'GET subscribed_apps':
      return answerJson({ data: describeSubscriptions(state, page) });
    case 'POST pass_thread_control':
      recordCall(state, 'pass_thread_control', page, body);
      return asText(body['target_app_id']) === '' ? refuseGraph(100) : answerJson({ success: true });
    case 'POST take_thread_control':
      recordCall(state, 'take_thread_control', page, body);
      return answerJson({ success: true });
    default:
      return refuseGraph(100, 33, 'Unknown edge');
  }
}

/** The page whose token the call carries; an error when token or proof are wrong. Unregistered pages accept any token. */
function findPage(state: PlatformState, request: FakeRequest, node: string): string | FakeAnswer {
  const header = request.headers['authorization'];
  const token =
    typeof header === 'string' && header.startsWith('Bearer ')
      ? header.slice('Bearer '.length)
      : (request.url.searchParams.get('access_token') ?? '');
  if (token === '' || token.startsWith('revoked')) return refuseGraph(190);
  const pageId = node === 'me' ? [...state.pages].find(([, one]) => one.pageToken === token)?.[0] : node;
  if (pageId === undefined && state.pages.size > 0) return refuseGraph(190);
  const page = pageId === undefined ? undefined : state.pages.get(pageId);
  if (page !== undefined && page.pageToken !== token) return refuseGraph(190, 463);
  const proof = request.url.searchParams.get('appsecret_proof');
  if (
    page?.appSecret !== undefined &&
    proof !== createHmac('sha256', page.appSecret).update(token).digest('hex')
  ) {
    return refuseGraph(100, undefined, 'Invalid appsecret_proof');
  }
  return pageId ?? 'me';
}

function acceptMessage(state: PlatformState, page: string, body: Record<string, unknown>): FakeAnswer {
  const userId = asText(asObject(body['recipient'])?.['id']);
  if (userId === '') return refuseGraph(100, 2018001);
  const message = asObject(body['message']);
  const action = asText(body['sender_action']);
  if (action !== '') {
    if (message !== undefined || !senderActions.has(action)) return refuseGraph(100);
    recordCall(state, `sender_action:${action}`, page, { userId });
    return answerJson({ recipient_id: userId });
  }
  if (message === undefined) return refuseGraph(100);
  if (!messagingTypes.has(asText(body['messaging_type'])))
    return refuseGraph(100, undefined, 'messaging_type');
  const fault = findFault(message);
  if (fault !== undefined) return refuseGraph(100, undefined, fault);
  if (state.blocked.has(userId)) return refuseGraph(551);
  if (!isInWindow(state, userId, windowMs)) return refuseGraph(10, 2018278);

  const template = asObject(asObject(message['attachment'])?.['payload']);
  const pressable = [...asArray(template?.['buttons']), ...asArray(message['quick_replies'])].map(
    (button) => asObject(button) ?? {},
  );
  const messageId = newName(state, 'm_message');
  recordSent(state, {
    channel: 'messenger',
    account: page,
    userId,
    messageId,
    text: asText(message['text']) || asText(template?.['text']),
    buttons: pressable.map((button) => asText(button['title'])),
    payloads: asArray(message['quick_replies']).map((reply) => asText(asObject(reply)?.['payload'])),
    metadata: typeof message['metadata'] === 'string' ? message['metadata'] : null,
    message,
  });
  return answerJson({ recipient_id: userId, message_id: messageId });
}

/** The first thing about a message that the platform would refuse. */
function findFault(message: Record<string, unknown>): string | undefined {
  const text = asText(message['text']);
  const attachment = asObject(message['attachment']);
  if ((text === '') === (attachment === undefined)) return 'either text or attachment';
  if (text.length >= 2000) return 'text is too long';
  if (asText(message['metadata']).length >= 1000) return 'metadata is too long';
  const replies = asArray(message['quick_replies']).map((reply) => asObject(reply) ?? {});
  if (message['quick_replies'] !== undefined && (replies.length < 1 || replies.length > 13))
    return 'quick_replies';
  for (const { content_type: type, title, payload } of replies) {
    if (type !== 'text' || !isBetween(title, 1, 20) || !isBetween(payload, 1, 1000)) return 'quick_replies';
  }
  return attachment === undefined ? undefined : findTemplateFault(asObject(attachment['payload']) ?? {});
}

function findTemplateFault(payload: Record<string, unknown>): string | undefined {
  if (payload['template_type'] !== 'button') return 'template_type';
  if (!isBetween(payload['text'], 1, 640)) return 'template text';
  const buttons = asArray(payload['buttons']).map((button) => asObject(button) ?? {});
  if (buttons.length < 1 || buttons.length > 3) return 'buttons';
  for (const button of buttons) {
    if (!isBetween(button['title'], 1, 20)) return 'button title';
    const isWhole =
      (button['type'] === 'web_url' && URL.canParse(asText(button['url']))) ||
      (button['type'] === 'phone_number' && /^\+\d{8,15}$/.test(asText(button['payload']))) ||
      (button['type'] === 'postback' && isBetween(button['payload'], 1, 1000));
    if (!isWhole) return 'button';
  }
  return undefined;
}

function isBetween(value: unknown, least: number, most: number): boolean {
  const { length } = asText(value);
  return length >= least && length <= most;
}

function describeSubscriptions(state: PlatformState, page: string): object[] {
  const fields = state.subscriptions.get(page);
  return fields === undefined ? [] : [{ id: state.pages.get(page)?.appId ?? '1', subscribed_fields: fields }];
}
