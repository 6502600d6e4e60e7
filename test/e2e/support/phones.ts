import { setTimeout as sleep } from 'node:timers/promises';
import { wrapPressPayload } from '../../../src/channels/zalo/press-payload.ts';
import { decodeChoice } from '../../../src/conversation/payload.ts';
import type { EventContent } from '../../../src/core/event.ts';
import * as deliver from '../../fakes/deliveries.ts';
import type { Delivery } from '../../fakes/deliveries.ts';
import { page, zalo, type System } from './system.ts';

/** One bubble as a citizen sees it. */
export interface Bubble {
  text: string;
  /** Payloads by title of the buttons below, as the platform would send them back. */
  payloads: Map<string, string>;
}

/** What a citizen (or their platform) does with a conversation, over the product's own HTTP interface. */
export interface Phone {
  say(text: string): Promise<void>;
  press(title: string, payload: string): Promise<void>;
  /** Anything else; false when the channel has no such thing. */
  send(content: EventContent): Promise<boolean>;
  bubbles(): Bubble[];
  /** Whether `send` could. */
  knows(content: EventContent): boolean;
  close(): void;
}

const resendsAtMost = 30;

let nextUser = 8_100_000_000_000_000_000n;

/** A telephone on a platform: signed webhooks in, calls of the platform's API out. */
export function phoneOn(system: System, channel: 'zalo' | 'messenger'): Phone {
  const user = String((nextUser += 1n));
  const deliveryOf = channel === 'zalo' ? zaloDelivery : messengerDelivery;
  const post = async (delivery: Delivery) => {
    // What could not be stored just now is sent again, as the platforms do.
    for (let time = 0; ; time += 1) {
      const { status } = await system.deliver(delivery);
      if (status === 200) return;
      if (status !== 503 || time >= resendsAtMost) {
        throw new Error(`${channel}: a signed delivery was answered with ${status}`);
      }
      await sleep(1_000);
    }
  };
  return {
    say: (text) =>
      post(channel === 'zalo' ? deliver.zaloText(zalo, user, text) : deliver.messengerText(page, user, text)),
    press: (title, payload) =>
      post(
        channel === 'zalo'
          ? deliver.zaloPress(zalo, user, payload)
          : deliver.messengerQuickReply(page, user, title, payload),
      ),
    knows: (content) => deliveryOf(user, content) !== undefined,
    async send(content) {
      const delivery = deliveryOf(user, content);
      if (delivery !== undefined) await post(delivery);
      return delivery !== undefined;
    },
    bubbles: () =>
      system.platform
        .sent(user)
        .map(({ text, message }) => ({ text, payloads: new Map(choicesIn(message)) })),
    close: () => undefined,
  };
}

function zaloDelivery(user: string, content: EventContent): Delivery | undefined {
  switch (content.kind) {
    case 'choice':
      // Zalo does not say what stood on a button, so of a payload that is not ours there is nothing to read.
      return decodeChoice(content.payload) === undefined
        ? undefined
        : deliver.zaloPress(zalo, user, wrapPressPayload(content.payload) ?? '');
    case 'attachment':
      return content.attachment === 'reaction'
        ? undefined
        : deliver.zaloAttachment(zalo, user, content.attachment, content.text);
    case 'location':
      return deliver.zaloLocation(zalo, user, String(content.latitude), String(content.longitude));
    case 'start':
      return deliver.zaloFollow(zalo, user);
    case 'staff-reply':
      return deliver.zaloEcho(zalo, user, 'Chào anh/chị', '7001');
    case 'erase-request':
      return deliver.zaloWithdraw(zalo, user);
    default:
      return undefined;
  }
}

const inboxAppId = '263902037430900';

function messengerDelivery(user: string, content: EventContent): Delivery | undefined {
  switch (content.kind) {
    case 'choice':
      return deliver.messengerPostback(page, user, content.title ?? '', content.payload);
    case 'attachment':
      return content.attachment === 'reaction' || content.text !== undefined
        ? undefined
        : deliver.messengerAttachment(page, user, content.attachment);
    case 'start':
      return deliver.messengerGetStarted(page, user);
    case 'staff-reply':
      return deliver.messengerEcho(page, user, 'Chào anh/chị', { appId: inboxAppId });
    case 'owner-change':
      return deliver.messengerOwnerChange(
        page,
        user,
        'pass_thread_control',
        content.owner === 'person' ? inboxAppId : ownAppId,
      );
    default:
      return undefined;
  }
}

/** The app of the Page in the fixtures. */
const ownAppId = '200000000000002';

/** Titles and payloads of everything in a message that can be pressed and answers to us. */
function choicesIn(message: unknown): [string, string][] {
  if (typeof message !== 'object' || message === null) return [];
  const { title, payload } = message as { title?: unknown; payload?: unknown };
  if (typeof title === 'string' && typeof payload === 'string') return [[title, payload]];
  return Object.values(message).flatMap(choicesIn);
}

let nextVisitor = 0;

/** A visitor of the web chat with the page open. Each comes from an address of its own, as behind a ward's proxy. */
export async function openWebChat(system: System, unit: string): Promise<Phone> {
  nextVisitor += 1;
  const address = `198.18.${nextVisitor >> 8}.${nextVisitor & 255}`;
  const call = async (path: string, body: object, token?: string): Promise<Response> => {
    const response = await fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        ...(token === undefined ? {} : { 'x-visitor': token }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`web chat: ${path} was answered with ${response.status}`);
    return response;
  };
  const { token } = (await (await call('/web/visitors', { unit, test: true })).json()) as { token: string };
  const post = async (body: object) => void (await call('/web/messages', body, token));
  const { bubbles, close } = await listen(system, token);
  const knows = ({ kind }: EventContent) => kind === 'choice' || kind === 'start';
  return {
    say: (text) => post({ text }),
    press: (title, payload) => post({ payload, title }),
    knows,
    async send(content) {
      if (content.kind === 'choice') await post({ payload: content.payload, title: content.title ?? '' });
      if (content.kind === 'start') await post({ start: true });
      return knows(content);
    },
    bubbles: () => bubbles,
    close,
  };
}

/** The page's own stream of replies, open as long as the page. */
async function listen(system: System, token: string): Promise<{ bubbles: Bubble[]; close: () => void }> {
  const stop = new AbortController();
  const response = await fetch(`${system.url}/web/replies?after=0`, {
    headers: { 'x-visitor': token },
    signal: stop.signal,
  });
  const bubbles: Bubble[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const events = rest.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) bubbles.push(...readBubble(event));
    }
  };
  read().catch(() => undefined);
  return { bubbles, close: () => stop.abort() };
}

function readBubble(event: string): Bubble[] {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return [];
  const { text, buttons } = JSON.parse(data) as {
    text: string;
    buttons: { title: string; payload?: string }[];
  };
  return [{ text, payloads: new Map(buttons.map((button) => [button.title, button.payload ?? ''])) }];
}
