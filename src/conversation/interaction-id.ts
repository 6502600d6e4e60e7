import { createHash } from 'node:crypto';
import type { InboundEvent } from '../core/event.ts';

/** A UUID that follows from the event, so that a retry writes the same row. */
export function interactionId(event: Pick<InboundEvent, 'channel' | 'unitId' | 'eventId'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([event.channel, event.unitId, event.eventId]))
    .digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
