import { z } from 'zod';
import { oncePerBody } from '../shared/once-per-body.ts';
import { parseJsonBytes } from '../shared/parse-json.ts';
import { tolerated, wireDegrees, wireId, wireTimestamp } from '../shared/wire-values.ts';

const party = z.object({ id: tolerated(wireId) });

const attachment = z.object({
  type: tolerated(z.string()),
  payload: tolerated(
    z.object({
      sticker_id: tolerated(wireId),
      coordinates: tolerated(z.object({ lat: wireDegrees(90), long: wireDegrees(180) })),
    }),
  ),
});

const referral = z.object({ ref: tolerated(z.string()) });

const message = z.object({
  mid: tolerated(wireId),
  text: tolerated(z.string()),
  /** Any truthy value: an echo taken for a citizen's message would be answered for ever. */
  is_echo: z.unknown().optional(),
  is_deleted: z.unknown().optional(),
  app_id: tolerated(wireId),
  metadata: tolerated(z.string()),
  quick_reply: tolerated(z.object({ payload: tolerated(z.string()) })),
  attachments: tolerated(z.array(attachment.catch({ type: undefined, payload: undefined }))),
});

const postback = z.object({
  mid: tolerated(wireId),
  title: tolerated(z.string()),
  payload: tolerated(z.string()),
  referral: tolerated(referral),
});

const ownerChange = z.object({ new_owner_app_id: tolerated(wireId.nullable()) });

const item = z.object({
  sender: tolerated(party),
  recipient: tolerated(party),
  timestamp: tolerated(wireTimestamp),
  message: tolerated(message),
  postback: tolerated(postback),
  referral: tolerated(referral),
  optin: tolerated(z.object({ ref: tolerated(z.string()), type: tolerated(z.string()) })),
  pass_thread_control: tolerated(ownerChange),
  take_thread_control: tolerated(ownerChange),
  release_thread_control: tolerated(z.object({})),
});

/** Items are read one by one, so that a bad one does not drop its siblings. */
const entry = z.object({
  id: tolerated(wireId),
  messaging: tolerated(z.array(z.unknown())),
  standby: tolerated(z.array(z.unknown())),
  changes: tolerated(z.array(z.unknown())),
});

const messengerPayload = z.object({
  object: z.string(),
  entry: z.array(
    entry.catch({ id: undefined, messaging: undefined, standby: undefined, changes: undefined }),
  ),
});

export type MessengerPayload = z.infer<typeof messengerPayload>;
export type MessengerItem = z.infer<typeof item>;
export type MessengerMessage = z.infer<typeof message>;

/** Reads a body; undefined when it is not of Meta's form at all. */
export const readMessengerPayload = oncePerBody((rawBody): MessengerPayload | undefined => {
  const parsed = messengerPayload.safeParse(parseJsonBytes(rawBody));
  return parsed.success ? parsed.data : undefined;
});

/** Reads one item of `messaging` or `standby`; undefined when it is not even an object. */
export function readMessengerItem(value: unknown): MessengerItem | undefined {
  const parsed = item.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
