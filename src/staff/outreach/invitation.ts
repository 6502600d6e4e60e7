import type { Channel, Invitation } from '../../core/ports.ts';

/** A way into a conversation with a unit's bot from outside, e.g. from a poster. */
export interface NamedInvitation extends Invitation {
  /** Name of the channel. */
  channel: string;
}

/** All ways into a conversation with a unit, with an outreach item's code where a link can carry it. */
export function listInvitations(
  channels: Iterable<Pick<Channel, 'name' | 'invite'>>,
  unitId: string,
  code: string,
): NamedInvitation[] {
  return [...channels].flatMap(({ name, invite }) => {
    const way = invite?.(unitId, code);
    return way === undefined ? [] : [{ channel: name, ...way }];
  });
}
