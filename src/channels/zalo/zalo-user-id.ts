/** Someone who writes without a Zalo account is answered by an id and a conversation id together. */
export interface AnonymousRecipient {
  anonymousId: string;
  conversationId: string;
}

const prefix = 'anonymous:';

/** Both ids as the one user id that the rest of the house carries. */
export function joinAnonymousId({ anonymousId, conversationId }: AnonymousRecipient): string {
  return `${prefix}${anonymousId}:${conversationId}`;
}

/** The ids behind a user id; undefined when it is an ordinary Zalo user's. */
export function splitAnonymousId(userId: string): AnonymousRecipient | undefined {
  if (!userId.startsWith(prefix)) return undefined;
  const [anonymousId = '', ...rest] = userId.slice(prefix.length).split(':');
  return { anonymousId, conversationId: rest.join(':') };
}
