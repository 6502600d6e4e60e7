import { AppError } from '../../core/errors.ts';
import type { AttachmentKind, EventContent } from '../../core/event.ts';
import type { ParsedDelivery } from '../../core/ports.ts';
import { countIgnored } from '../shared/count-ignored.ts';
import { hashEventId } from '../shared/hash-event-id.ts';
import { readInstant } from '../shared/read-instant.ts';
import type { ZaloMessage, ZaloPayload } from './payload.ts';
import { findOaId, readZaloPayload } from './payload.ts';
import { unwrapPressPayload } from './press-payload.ts';
import { joinAnonymousId } from './zalo-user-id.ts';
import type { ZaloUnits } from './zalo-unit.ts';

const attachmentKinds: Record<string, AttachmentKind> = {
  image: 'image',
  gif: 'image',
  sticker: 'sticker',
  audio: 'audio',
  video: 'video',
  file: 'file',
  link: 'link',
  business_card: 'contact',
};

/** Who acted and what they did; a string names what is acknowledged but not handled. */
type Reading = { userId: string; content: EventContent } | string;

/**
 * Reads a verified delivery: one event per request. Receipts ("received", "seen"), echoes of our own sends, reactions,
 * group events and everything unknown are counted, never handled: answering them has caused endless loops.
 * Throws AppError `invalid-input` when the body is not a JSON object.
 */
export function parseZaloDelivery(units: ZaloUnits, rawBody: Uint8Array, receivedAt: Date): ParsedDelivery {
  const payload = readZaloPayload(rawBody);
  if (payload === undefined) {
    throw new AppError('invalid-input', 'The delivery is not a JSON object: Zalo does not send such bodies.');
  }
  const delivery: ParsedDelivery = { events: [], ignored: {} };
  const oaId = findOaId(payload, (candidate) => units.byOaId.has(candidate));
  const unit = oaId === undefined ? undefined : units.byOaId.get(oaId);
  const reading = unit === undefined ? 'unknown-unit' : readEvent(payload);
  if (unit === undefined || typeof reading === 'string') {
    countIgnored(delivery.ignored, typeof reading === 'string' ? reading : 'unknown-unit');
    return delivery;
  }
  delivery.events.push({
    channel: 'zalo',
    unitId: unit.unitId,
    eventId: identify(payload, reading.userId),
    userId: reading.userId,
    occurredAt: readInstant(payload.timestamp, receivedAt),
    receivedAt: receivedAt.toISOString(),
    content: reading.content,
  });
  return delivery;
}

function readEvent(payload: ZaloPayload): Reading {
  const name = payload.event_name ?? 'unnamed';
  const { message } = payload;
  switch (name) {
    case 'follow':
      return by(name, payload.follower?.id ?? payload.sender?.id, { kind: 'start' });
    case 'user_click_chatnow':
      return by(name, payload.user_id ?? payload.sender?.id, { kind: 'start' });
    case 'user_withdraw':
      // Its layout is described but nowhere shown: the citizen is wherever citizens are found in other events.
      return by(name, payload.user_id ?? payload.follower?.id ?? payload.sender?.id, {
        kind: 'erase-request',
      });
  }
  const sent = /^(user|anonymous|oa)_send_(anonymous_)?([a-z_]+)$/.exec(name);
  if (sent === null || message === undefined) return name;
  const [, sender, toAnonymous, kind = ''] = sent;
  if (kind.startsWith('group')) return name;
  if (sender === 'oa') {
    // Everything that the OA sends comes back, our own replies too; only an officer's has `admin_id`.
    if (payload.sender?.admin_id === undefined) return name;
    const recipient = payload.recipient?.id;
    const userId = toAnonymous === undefined ? recipient : readAnonymousId(recipient, message);
    return by(name, userId, { kind: 'staff-reply' });
  }
  const userId = sender === 'anonymous' ? readAnonymousId(payload.sender?.id, message) : payload.sender?.id;
  return by(name, userId, readContent(kind, message));
}

function by(name: string, userId: string | undefined, content: EventContent | undefined): Reading {
  return userId === undefined || content === undefined ? name : { userId, content };
}

function readAnonymousId(anonymousId: string | undefined, message: ZaloMessage): string | undefined {
  const conversationId = message.conversation_id;
  if (anonymousId === undefined || conversationId === undefined) return undefined;
  return joinAnonymousId({ anonymousId, conversationId });
}

function readContent(kind: string, message: ZaloMessage): EventContent | undefined {
  const text = message.text ?? '';
  if (kind === 'text') {
    if (text === '') return undefined;
    const payload = unwrapPressPayload(text);
    return payload === undefined ? { kind: 'text', text } : { kind: 'choice', payload };
  }
  const caption = text === '' ? {} : { text };
  if (kind === 'location') {
    const coordinates = message.attachments?.find((item) => item.payload?.coordinates)?.payload?.coordinates;
    return coordinates === undefined
      ? { kind: 'attachment', attachment: 'other', ...caption }
      : { kind: 'location', ...coordinates };
  }
  // A kind that Zalo adds later is still something a citizen sent and waits to be answered.
  return { kind: 'attachment', attachment: attachmentKinds[kind] ?? 'other', ...caption };
}

/** `msg_id` where there is one; else a hash of what a repeat of the delivery repeats. */
function identify(payload: ZaloPayload, userId: string): string {
  return (
    payload.message?.msg_id ?? hashEventId(payload.event_name ?? '', userId, String(payload.timestamp ?? ''))
  );
}
