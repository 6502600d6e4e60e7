import type { InboundEvent } from '../core/event.ts';
import type { OutreachMark } from '../core/outreach.ts';
import { readOutreachCode } from '../core/outreach-code.ts';

export type FindOutreach = (unitId: string, code: string) => Promise<OutreachMark | undefined>;

/**
 * The outreach item that an event comes through: its link was followed, or a message is nothing but its code. What a
 * link carries is anybody's text, so only the code of an item of the same unit counts.
 */
export async function readReferral(
  { unitId, content }: Pick<InboundEvent, 'unitId' | 'content'>,
  find: FindOutreach,
): Promise<OutreachMark | undefined> {
  const given = content.kind === 'start' ? content.ref : content.kind === 'text' ? content.text : undefined;
  const code = given === undefined ? undefined : readOutreachCode(given);
  return code === undefined ? undefined : find(unitId, code);
}
