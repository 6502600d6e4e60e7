import { z } from 'zod';
import { parseJsonBytes } from '../shared/parse-json.ts';

/** Ids are strings of digits on the wire; a number is taken as the digits it was written with. */
const id = z.union([z.string().min(1).max(200), z.number().int().transform(String)]);
/** What may be missing or of an unknown form without making the event worthless. */
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const party = z.object({ id: optional(id), admin_id: optional(id) });

const attachment = z.object({
  type: optional(z.string()),
  payload: optional(
    z.object({
      coordinates: optional(
        z.object({
          latitude: z.coerce.number().min(-90).max(90),
          longitude: z.coerce.number().min(-180).max(180),
        }),
      ),
    }),
  ),
});

const message = z.object({
  msg_id: optional(id),
  text: optional(z.string()),
  attachments: optional(z.array(attachment.catch({ type: undefined, payload: undefined }))),
  conversation_id: optional(id),
});

/** One event as Zalo posts it. Every field is optional: events differ, and an unknown one must not be an error. */
const zaloPayload = z.object({
  event_name: optional(z.string()),
  app_id: optional(id),
  oa_id: optional(id),
  user_id: optional(id),
  timestamp: optional(z.union([z.string(), z.number()])),
  sender: optional(party),
  recipient: optional(party),
  follower: optional(party),
  message: optional(message),
});

export type ZaloPayload = z.infer<typeof zaloPayload>;
export type ZaloMessage = z.infer<typeof message>;

/** Reads a body; undefined when it is not a JSON object. */
export function readZaloPayload(rawBody: Uint8Array): ZaloPayload | undefined {
  const parsed = zaloPayload.safeParse(parseJsonBytes(rawBody));
  return parsed.success ? parsed.data : undefined;
}

/**
 * The OA that an event belongs to, among those known. Message events carry it as recipient or sender depending on who
 * acted (and sources disagree for "seen"), the others as `oa_id`; a citizen's id is never an OA's.
 */
export function findOaId(payload: ZaloPayload, isKnown: (oaId: string) => boolean): string | undefined {
  return [payload.oa_id, payload.recipient?.id, payload.sender?.id].find(
    (oaId) => oaId !== undefined && isKnown(oaId),
  );
}
