import { hash } from 'node:crypto';
import type { InboundEvent } from '../core/event.ts';

/** A UUID that follows from the event, so that a retry writes the same row. */
export function interactionId(event: Pick<InboundEvent, 'channel' | 'unitId' | 'eventId'>): string {
  const hex = hash('sha256', JSON.stringify([event.channel, event.unitId, event.eventId]), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
