import { createHash } from 'node:crypto';
import type { FakeAnswer, FakeRequest } from './http-exchange.ts';
import { answerJson, asArray, asObject, asText, readJsonObject } from './http-exchange.ts';
import type { PlatformState } from './platform-state.ts';
import { isInWindow, newName, nowMs, recordCall, recordSent } from './platform-state.ts';

const accessLifeSeconds = 90_000;
const codeLifeMs = 10 * 60_000;
const windowMs = 7 * 24 * 3_600_000;
const textLimitChars = 2000;
const buttonLimit = 5;
const buttonTitleLimitChars = 100;
const payloadLimitChars = 1000;
const buttonTypes = new Set([
  'oa.open.url',
  'oa.query.show',
  'oa.query.hide',
  'oa.open.sms',
  'oa.open.phone',
]);

/** Zalo tells failures with HTTP 200 and a negative `error`. */
function refuse(error: number, message: string): FakeAnswer {
  return answerJson({ error, message });
}

/** The hosts openapi.zalo.me and oauth.zaloapp.com; undefined for a path that neither has. */
export function answerZalo(state: PlatformState, request: FakeRequest): FakeAnswer | undefined {
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /v4/oa/permission':
      return grantConsent(state, request);
    case 'POST /v4/oa/access_token':
      return exchangeToken(state, request);
    case 'POST /v3.0/oa/message/cs':
      return acceptMessage(state, request, 'user_id');
    case 'POST /v2.0/oa/message':
      return acceptMessage(state, request, 'anonymous_id');
    case 'GET /v2.0/oa/getoa':
      return describeOa(state, request);
    default:
      return undefined;
  }
}

/** The citizen that a send is for, so that a fault can be aimed. */
export function readZaloRecipient(request: FakeRequest): string | undefined {
  const recipient = asObject(readJsonObject(request)?.['recipient']);
  return asText(recipient?.['user_id']) || asText(recipient?.['anonymous_id']) || undefined;
}

/** An admin who always agrees: sends the browser back with a code at once. */
function grantConsent(state: PlatformState, { url }: FakeRequest): FakeAnswer {
  const appId = url.searchParams.get('app_id') ?? '';
  const redirectUri = url.searchParams.get('redirect_uri') ?? '';
  if (appId === '' || !URL.canParse(redirectUri)) return oauthRefuse(-14003, 'Invalid redirect uri');
  const oaId = [...state.oas].find(([, oa]) => oa.appId === appId)?.[0] ?? `oa-of-${appId}`;
  const code = newName(state, 'code');
  const challenge = url.searchParams.get('code_challenge');
  state.codes.set(code, { appId, oaId, challenge, expiresAtMs: nowMs(state) + codeLifeMs });
  const location = new URL(redirectUri);
  location.searchParams.set('code', code);
  location.searchParams.set('oa_id', oaId);
  const stateParameter = url.searchParams.get('state');
  if (stateParameter !== null) location.searchParams.set('state', stateParameter);
  return { status: 302, body: '', headers: { location: location.href } };
}

function exchangeToken(state: PlatformState, request: FakeRequest): FakeAnswer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const appId = form.get('app_id') ?? '';
  recordCall(state, `zalo-token:${form.get('grant_type') ?? ''}`, appId, {});
  const secret = request.headers['secret_key'];
  if (appId === '' || typeof secret !== 'string' || secret === '') return oauthRefuse(-14001, 'Invalid app');
  const known = [...state.oas.values()].find((oa) => oa.appId === appId);
  if (known !== undefined && known.appSecret !== secret) return oauthRefuse(-14004, 'Invalid secret key');
  switch (form.get('grant_type')) {
    case 'refresh_token':
      return refresh(state, appId, form.get('refresh_token') ?? '');
    case 'authorization_code':
      return redeem(state, appId, form.get('code') ?? '', form.get('code_verifier') ?? '');
    default:
      return oauthRefuse(-14005, 'Invalid grant type');
  }
}

function refresh(state: PlatformState, appId: string, refreshToken: string): FakeAnswer {
  if (refreshToken === '') return oauthRefuse(-14014, 'Invalid refresh token');
  // The first refresh token that an unregistered app shows is taken as one that Zalo issued earlier.
  const grant = state.grants.get(refreshToken) ?? { oaId: `oa-of-${appId}`, appId, isSpent: false };
  const isOwn = !refreshToken.startsWith('refresh-') || state.grants.has(refreshToken);
  if (grant.isSpent || grant.appId !== appId || !isOwn) return oauthRefuse(-14014, 'Invalid refresh token');
  state.grants.set(refreshToken, { ...grant, isSpent: true });
  return issuePair(state, appId, grant.oaId);
}

function redeem(state: PlatformState, appId: string, code: string, verifier: string): FakeAnswer {
  const grant = state.codes.get(code);
  state.codes.delete(code);
  if (grant === undefined || grant.appId !== appId || grant.expiresAtMs < nowMs(state)) {
    return oauthRefuse(-14006, 'Invalid code');
  }
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (grant.challenge !== null && grant.challenge !== challenge)
    return oauthRefuse(-14007, 'Invalid code verifier');
  return issuePair(state, appId, grant.oaId);
}

/** The earlier access tokens of the OA die with the new pair; a success carries no `error`. */
function issuePair(state: PlatformState, appId: string, oaId: string): FakeAnswer {
  for (const token of state.accessTokens.values()) if (token.oaId === oaId) token.isDead = true;
  const accessToken = newName(state, 'access');
  const refreshToken = newName(state, 'refresh');
  const expiresAtMs = nowMs(state) + accessLifeSeconds * 1000;
  state.accessTokens.set(accessToken, { oaId, appId, expiresAtMs, isDead: false });
  state.grants.set(refreshToken, { oaId, appId, isSpent: false });
  return answerJson({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: String(accessLifeSeconds),
  });
}

function oauthRefuse(error: number, errorName: string): FakeAnswer {
  return answerJson({ error, error_name: errorName, error_description: errorName });
}

function findOa(state: PlatformState, request: FakeRequest): string | undefined {
  const header = request.headers['access_token'];
  const token = typeof header === 'string' ? state.accessTokens.get(header) : undefined;
  return token !== undefined && !token.isDead && token.expiresAtMs > nowMs(state) ? token.oaId : undefined;
}

function acceptMessage(
  state: PlatformState,
  request: FakeRequest,
  recipientKey: 'user_id' | 'anonymous_id',
): FakeAnswer {
  const oaId = findOa(state, request);
  if (oaId === undefined) return refuse(-216, 'Access token is invalid');
  if (isOverRate(state)) return refuse(-32, 'Rate limit of the app exceeded');
  const body = readJsonObject(request);
  const recipient = asObject(body?.['recipient']);
  const userId = asText(recipient?.[recipientKey]);
  const message = asObject(body?.['message']);
  if (recipientKey === 'anonymous_id' && asText(recipient?.['conversation_id']) === '') {
    return userId === ''
      ? refuse(-240, 'This message API is closed')
      : refuse(-201, 'conversation_id is invalid');
  }
  if (userId === '' || message === undefined) return refuse(-201, `${recipientKey} is invalid`);

  const template = asObject(asObject(message['attachment'])?.['payload']);
  const buttons = asArray(template?.['buttons']).map((button) => asObject(button) ?? {});
  const text = asText(message['text']) || asText(template?.['text']);
  if (text === '' && template === undefined) return refuse(-201, 'text is invalid');
  if (text.length > textLimitChars) return refuse(-210, 'text is over the limit');
  const fault = findButtonFault(template, buttons);
  if (fault !== undefined) return refuse(-201, fault);
  if (state.blocked.has(userId)) return refuse(-244, 'The user has restricted messages from this OA');
  if (!isInWindow(state, userId, windowMs)) return refuse(-230, 'The user has not interacted within 7 days');

  const messageId = newName(state, 'zalo-message');
  recordSent(state, {
    channel: 'zalo',
    account: oaId,
    userId,
    messageId,
    text,
    buttons: buttons.map((button) => asText(button['title'])),
    payloads: buttons.flatMap((button) => (typeof button['payload'] === 'string' ? [button['payload']] : [])),
    metadata: null,
    message,
  });
  return answerJson({
    error: 0,
    message: 'Success',
    data: {
      message_id: messageId,
      user_id: userId,
      sent_time: String(nowMs(state)),
      quota: { quota_type: 'reply' },
    },
  });
}

function isOverRate(state: PlatformState): boolean {
  const minute = Math.floor(nowMs(state) / 60_000);
  if (state.zaloSendsInMinute.minute !== minute) state.zaloSendsInMinute = { minute, count: 0 };
  state.zaloSendsInMinute.count += 1;
  return state.zaloSendsPerMinute > 0 && state.zaloSendsInMinute.count > state.zaloSendsPerMinute;
}

function findButtonFault(
  template: Record<string, unknown> | undefined,
  buttons: Record<string, unknown>[],
): string | undefined {
  if (template !== undefined && buttons.length === 0) return 'buttons is empty';
  if (buttons.length > buttonLimit) return `buttons: at most ${buttonLimit}`;
  for (const { title, type, payload } of buttons) {
    if (asText(title) === '' || asText(title).length > buttonTitleLimitChars) return 'title is invalid';
    if (!buttonTypes.has(asText(type))) return 'type is invalid';
    const isQuery = asText(type).startsWith('oa.query.');
    if (isQuery && (asText(payload) === '' || asText(payload).length > payloadLimitChars))
      return 'payload is invalid';
    if (type === 'oa.open.url' && !URL.canParse(asText(asObject(payload)?.['url']))) return 'url is invalid';
    if (type === 'oa.open.phone' && !/^84\d{9,10}$/.test(asText(asObject(payload)?.['phone_code']))) {
      return 'phone_code is invalid';
    }
  }
  return undefined;
}

function describeOa(state: PlatformState, request: FakeRequest): FakeAnswer {
  const oaId = findOa(state, request);
  if (oaId === undefined) return refuse(-216, 'Access token is invalid');
  const name = state.oas.get(oaId)?.name ?? 'OA';
  return answerJson({
    error: 0,
    message: 'Success',
    data: { oaid: oaId, name, oa_type: 4, is_verified: true, package_name: 'fake' },
  });
}
