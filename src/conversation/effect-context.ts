import type { InboundEvent } from '../core/event.ts';

/** Whom and what an effect is about. */
export interface EffectContext {
  citizen: string;
  unitId: string;
  channel: string;
  at: Date;
  event: InboundEvent;
  interactionId: string;
}
