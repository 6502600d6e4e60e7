import { z } from 'zod';
import type { Button, Reply } from '../../core/reply.ts';
import type { Channel, SendResult } from '../../core/ports.ts';
import { webInvitation } from './invite.ts';
import type { WebButton, WebMailbox } from './mailbox.ts';

export const webChannelName = 'web';

const bubble = z.object({ text: z.string(), buttons: z.array(z.custom<WebButton>()) });

/**
 * The web chat as a channel: same pipeline, replies go to a mailbox that the page reads. Its requests come through
 * `createWebRoutes`, not through a webhook, so there are no signed bytes to verify.
 */
export function createWebChannel(mailbox: WebMailbox, publicUrl?: string): Channel {
  return {
    name: webChannelName,
    invite: (unitId, code) => (publicUrl === undefined ? undefined : webInvitation(publicUrl, unitId, code)),
    verify: () => ({ ok: false, reason: 'the web chat has no webhook' }),
    parse: () => ({ events: [], ignored: {} }),
    format: formatForWeb,
    forget: (userId, before) => mailbox.forget(userId, before),
    replyWindowMs: 24 * 60 * 60 * 1000,
    async send(message): Promise<SendResult> {
      const id = `${message.interactionId}:${message.part}`;
      await mailbox.post(message.userId, id, bubble.parse(message.body));
      return { status: 'sent', messageId: id };
    },
  };
}

/** One bubble a section; the buttons stand under the last. */
function formatForWeb(reply: Reply): unknown[] {
  return reply.sections.map((text, index) => ({
    text,
    buttons: index === reply.sections.length - 1 ? reply.buttons.map(toWebButton) : [],
  }));
}

function toWebButton(button: Button): WebButton {
  switch (button.kind) {
    case 'choice':
      return { kind: 'choice', title: button.title, payload: button.payload };
    case 'link':
      return { kind: 'link', title: button.title, href: button.url };
    case 'phone':
      return { kind: 'phone', title: button.title, href: `tel:${button.number}` };
  }
}
