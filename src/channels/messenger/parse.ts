import { AppError } from '../../core/errors.ts';
import type { AttachmentKind, EventContent } from '../../core/event.ts';
import type { ParsedDelivery } from '../../core/ports.ts';
import { countIgnored } from '../shared/count-ignored.ts';
import { hashEventId } from '../shared/hash-event-id.ts';
import { readInstant } from '../shared/read-instant.ts';
import type { MessengerUnit, MessengerUnits } from './messenger-unit.ts';
import { pageInboxAppId } from './messenger-unit.ts';
import { isOwnMetadata } from './own-metadata.ts';
import type { MessengerItem, MessengerMessage } from './payload.ts';
import { readMessengerItem, readMessengerPayload } from './payload.ts';

/** Payload of the Get Started button, as the set-up writes it. */
export const getStartedPayload = 'get-started';

const attachmentKinds: Record<string, AttachmentKind> = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'file',
  sticker: 'sticker',
  reel: 'link',
  ig_reel: 'link',
  post: 'link',
  ig_post: 'link',
  fallback: 'link',
};

/** Kinds of items that are acknowledged and never handled. */
const ignoredKinds = [
  'delivery',
  'read',
  'reaction',
  'message_edit',
  'policy_enforcement',
  'request_thread_control',
  'app_roles',
  'account_linking',
];

/** What an item says; a string names what is acknowledged but not handled. */
type Reading = { content: EventContent; mid?: string | undefined } | string;

/**
 * Reads a verified delivery: every item of `messaging` and `standby` of every entry. Echoes of our own messages, reads,
 * deliveries, reactions and everything unknown are counted, never handled; an echo of someone else's message is an
 * officer's reply. Throws AppError `invalid-input` when the body is not of Meta's form at all.
 */
export function parseMessengerDelivery(
  units: MessengerUnits,
  rawBody: Uint8Array,
  receivedAt: Date,
): ParsedDelivery {
  const payload = readMessengerPayload(rawBody);
  if (payload === undefined) {
    throw new AppError(
      'invalid-input',
      'The delivery has no object and entries: Meta does not send such bodies.',
    );
  }
  const delivery: ParsedDelivery = { events: [], ignored: {} };
  if (payload.object !== 'page') {
    countIgnored(delivery.ignored, 'object-not-page');
    return delivery;
  }
  const seen = new Set<string>();
  for (const entry of payload.entry) {
    const unit = entry.id === undefined ? undefined : units.byPageId.get(entry.id);
    const items = [
      ...(entry.messaging ?? []).map((item) => ({ item, isStandby: false })),
      ...(entry.standby ?? []).map((item) => ({ item, isStandby: true })),
    ];
    for (const _change of entry.changes ?? []) countIgnored(delivery.ignored, 'change');
    if (items.length === 0 && entry.changes === undefined) countIgnored(delivery.ignored, 'empty-entry');
    for (const { item, isStandby } of items) {
      if (unit === undefined) countIgnored(delivery.ignored, 'unknown-unit');
      else readItem(unit, item, isStandby, receivedAt, seen, delivery);
    }
  }
  return delivery;
}

function readItem(
  unit: MessengerUnit,
  value: unknown,
  isStandby: boolean,
  receivedAt: Date,
  seen: Set<string>,
  delivery: ParsedDelivery,
): void {
  const item = readMessengerItem(value);
  if (item === undefined) return countIgnored(delivery.ignored, 'malformed');
  const reading = isStandby ? readStandby(unit, item, value) : readMessaging(unit, item, value);
  if (typeof reading === 'string') return countIgnored(delivery.ignored, reading);
  const { kind } = reading.content;
  const isPagesDoing = kind === 'staff-reply' || kind === 'owner-change';
  if (item.sender?.id === unit.pageId && !isPagesDoing) return countIgnored(delivery.ignored, 'from-page');
  // For what the page's side does, the citizen is the recipient.
  const userId = [item.sender?.id, item.recipient?.id].find((id) => id !== undefined && id !== unit.pageId);
  if (userId === undefined) return countIgnored(delivery.ignored, 'no-sender');
  const eventId = reading.mid ?? hashEventId(reading.content.kind, userId, JSON.stringify(value));
  // The same message can stand twice in one request.
  const key = `${unit.unitId} ${eventId}`;
  if (seen.has(key)) return countIgnored(delivery.ignored, 'duplicate');
  seen.add(key);
  delivery.events.push({
    channel: 'messenger',
    unitId: unit.unitId,
    eventId,
    userId,
    occurredAt: readInstant(item.timestamp, receivedAt),
    receivedAt: receivedAt.toISOString(),
    content: reading.content,
  });
}

function readMessaging(unit: MessengerUnit, item: MessengerItem, value: unknown): Reading {
  if (item.message !== undefined) return readMessage(unit, item.message);
  if (item.postback !== undefined) {
    const { mid, payload, title, referral } = item.postback;
    if (payload === getStartedPayload) return { content: start(referral?.ref), mid };
    // Only the app that sent a button sees its payload: this press is for someone else.
    if (payload === undefined || payload === '') return 'postback-of-other-app';
    return { content: choice(payload, title), mid };
  }
  if (item.referral !== undefined) return { content: start(item.referral.ref) };
  if (item.optin !== undefined) {
    return item.optin.ref === undefined ? 'optin' : { content: start(item.optin.ref) };
  }
  return readOwnerChange(unit, item) ?? nameOf(value);
}

/** Standby shows what happens while another app owns the conversation: that fact is all there is to learn. */
function readStandby(unit: MessengerUnit, item: MessengerItem, value: unknown): Reading {
  if (item.message?.is_echo) return readMessage(unit, item.message);
  if (item.message !== undefined || item.postback !== undefined) {
    return {
      content: { kind: 'owner-change', owner: 'person' },
      mid: item.message?.mid ?? item.postback?.mid,
    };
  }
  return readOwnerChange(unit, item) ?? nameOf(value);
}

function readMessage(unit: MessengerUnit, message: MessengerMessage): Reading {
  const { mid, text = '' } = message;
  if (message.is_echo) {
    const isOurs =
      isOwnMetadata(message.metadata) || (unit.appId !== undefined && message.app_id === unit.appId);
    return isOurs ? 'echo' : { content: { kind: 'staff-reply' }, mid };
  }
  if (message.is_deleted) return 'message-deleted';
  const payload = message.quick_reply?.payload;
  if (payload !== undefined && payload !== '') return { content: choice(payload, text), mid };
  const attachments = message.attachments ?? [];
  const coordinates = attachments.find((one) => one.payload?.coordinates !== undefined)?.payload?.coordinates;
  if (coordinates !== undefined) {
    return { content: { kind: 'location', latitude: coordinates.lat, longitude: coordinates.long }, mid };
  }
  // A link that someone types comes with a preview: the words are what counts.
  const isOnlyPreview = attachments.every((one) => one.type === 'fallback');
  if (text !== '' && isOnlyPreview) return { content: { kind: 'text', text }, mid };
  const [first] = attachments;
  if (first === undefined) return 'message-empty';
  const attachment: AttachmentKind =
    first.payload?.sticker_id === undefined ? (attachmentKinds[first.type ?? ''] ?? 'other') : 'sticker';
  return { content: { kind: 'attachment', attachment, ...(text === '' ? {} : { text }) }, mid };
}

/** Who owns the conversation now: us, or a person behind another app. */
function readOwnerChange(unit: MessengerUnit, item: MessengerItem): Reading | undefined {
  if (item.release_thread_control !== undefined) return { content: { kind: 'owner-change', owner: 'bot' } };
  const change = item.pass_thread_control ?? item.take_thread_control;
  if (change === undefined) return undefined;
  const newOwner = change.new_owner_app_id ?? undefined;
  const isTaken = item.take_thread_control !== undefined;
  if (newOwner === undefined) return { content: { kind: 'owner-change', owner: isTaken ? 'person' : 'bot' } };
  const isOurs =
    unit.appId === undefined
      ? !isTaken && newOwner !== (unit.inboxAppId ?? pageInboxAppId)
      : newOwner === unit.appId;
  return { content: { kind: 'owner-change', owner: isOurs ? 'bot' : 'person' } };
}

function start(ref: string | undefined): EventContent {
  return ref === undefined || ref === '' ? { kind: 'start' } : { kind: 'start', ref };
}

function choice(payload: string, title: string | undefined): EventContent {
  return title === undefined || title === ''
    ? { kind: 'choice', payload }
    : { kind: 'choice', payload, title };
}

function nameOf(value: unknown): string {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return ignoredKinds.find((kind) => keys.includes(kind)) ?? 'unknown';
}
