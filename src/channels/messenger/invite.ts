import type { Invitation } from '../../core/ports.ts';

/** Opens a conversation with a Page; `ref` comes back as a referral. */
export function messengerInvitation(pageId: string, code: string): Invitation {
  return { url: `https://m.me/${pageId}?ref=${encodeURIComponent(code)}`, carriesCode: true };
}
