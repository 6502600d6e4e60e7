import type { Invitation } from '../../core/ports.ts';

/** Opens a conversation with an Official Account. The address has no room for a code that would reach us. */
export function zaloInvitation(oaId: string): Invitation {
  return { url: `https://zalo.me/${oaId}`, carriesCode: false };
}
