import { z } from 'zod';
import { oncePerBody } from '../shared/once-per-body.ts';
import { parseJsonBytes } from '../shared/parse-json.ts';
import { firstOf, tolerated, wireDegrees, wireId, wireTimestamp } from '../shared/wire-values.ts';

const party = z.object({ id: tolerated(wireId), admin_id: tolerated(wireId) });

const attachment = z.object({
  type: tolerated(z.string()),
  payload: tolerated(
    z.object({
      coordinates: tolerated(
        z.object({
          latitude: wireDegrees(90),
          longitude: wireDegrees(180),
        }),
      ),
    }),
  ),
});

/** A message holds one; the body is read before its signature is known to be right. */
const attachmentsAtMost = 20;

const message = z.object({
  msg_id: tolerated(wireId),
  text: tolerated(z.string()),
  attachments: tolerated(
    firstOf(attachment.catch({ type: undefined, payload: undefined }), attachmentsAtMost),
  ),
  conversation_id: tolerated(wireId),
});

/** One event as Zalo posts it. Every field is optional: events differ, and an unknown one must not be an error. */
const zaloPayload = z.object({
  event_name: tolerated(z.string()),
  app_id: tolerated(wireId),
  oa_id: tolerated(wireId),
  user_id: tolerated(wireId),
  timestamp: tolerated(wireTimestamp),
  sender: tolerated(party),
  recipient: tolerated(party),
  follower: tolerated(party),
  message: tolerated(message),
});

export type ZaloPayload = z.infer<typeof zaloPayload>;
export type ZaloMessage = z.infer<typeof message>;

/** Reads a body; undefined when it is not a JSON object. */
export const readZaloPayload = oncePerBody((rawBody): ZaloPayload | undefined => {
  const parsed = zaloPayload.safeParse(parseJsonBytes(rawBody));
  return parsed.success ? parsed.data : undefined;
});

/**
 * The OA that an event belongs to, among those known. Message events carry it as recipient or sender depending on who
 * acted (and sources disagree for "seen"), the others as `oa_id`; a citizen's id is never an OA's.
 */
export function findOaId(payload: ZaloPayload, isKnown: (oaId: string) => boolean): string | undefined {
  return [payload.oa_id, payload.recipient?.id, payload.sender?.id].find(
    (oaId) => oaId !== undefined && isKnown(oaId),
  );
}
