/** Signed deliveries as the platforms post them, for HTTP and end-to-end tests. All ids and words are invented. */
import { createHash, createHmac } from 'node:crypto';

/** What to post: the exact bytes and the headers that sign them. */
export interface Delivery {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface ZaloAccount {
  oaId: string;
  appId: string;
  oaSecretKey: string;
}

export interface PageAccount {
  pageId: string;
  appSecret: string;
}

let counter = 0;

/** An id that no earlier call in this process gave. */
function newMessageId(prefix = 'mid'): string {
  counter += 1;
  return `${prefix}.${process.pid.toString(36)}${Date.now().toString(36)}${counter.toString(36)}`;
}

// === Zalo

/** Signs a Zalo event; `timestamp` is added unless the event has one. A string is posted as it is. */
export function signZalo(account: ZaloAccount, event: object | string): Delivery {
  const text =
    typeof event === 'string'
      ? event
      : JSON.stringify({ app_id: account.appId, timestamp: String(Date.now()), ...event });
  const timestamp = /"timestamp"\s*:\s*"?(\d+)/.exec(text)?.[1] ?? '';
  const body = Buffer.from(text, 'utf8');
  const mac = createHash('sha256')
    .update(account.appId)
    .update(body)
    .update(timestamp)
    .update(account.oaSecretKey);
  return {
    path: '/webhooks/zalo',
    headers: { 'content-type': 'application/json', 'x-zevent-signature': `mac=${mac.digest('hex')}` },
    body,
  };
}

/** What a citizen sent: `kind` is the end of the event's name, e.g. "text". */
function zaloFromUser(account: ZaloAccount, userId: string, kind: string, message: object): Delivery {
  return signZalo(account, {
    event_name: `user_send_${kind}`,
    user_id_by_app: `7${userId.slice(1)}`,
    sender: { id: userId },
    recipient: { id: account.oaId },
    message: { msg_id: newMessageId(), ...message },
  });
}

export function zaloText(
  account: ZaloAccount,
  userId: string,
  text: string,
  messageId = newMessageId(),
): Delivery {
  return zaloFromUser(account, userId, 'text', { msg_id: messageId, text });
}

/** A press on a button: what comes is the payload as the button carried it, prefix included. */
export function zaloPress(account: ZaloAccount, userId: string, wirePayload: string): Delivery {
  return zaloText(account, userId, wirePayload);
}

export function zaloSticker(account: ZaloAccount, userId: string): Delivery {
  const payload = { id: '20031', url: 'https://cdn.example/s.png' };
  return zaloFromUser(account, userId, 'sticker', { attachments: [{ type: 'sticker', payload }] });
}

export function zaloImage(account: ZaloAccount, userId: string, caption?: string): Delivery {
  const payload = { url: 'https://cdn.example/1.jpg', thumbnail: 'https://cdn.example/1t.jpg' };
  const text = caption === undefined ? {} : { text: caption };
  return zaloFromUser(account, userId, 'image', { ...text, attachments: [{ type: 'image', payload }] });
}

/** Anything that is sent as a file of some kind; what is in it is never looked at. */
export function zaloAttachment(
  account: ZaloAccount,
  userId: string,
  kind: string,
  caption?: string,
): Delivery {
  const text = caption === undefined ? {} : { text: caption };
  const attachments = [{ type: kind, payload: { url: 'https://cdn.example/1' } }];
  return zaloFromUser(account, userId, kind, { ...text, attachments });
}

export function zaloLocation(
  account: ZaloAccount,
  userId: string,
  latitude: string,
  longitude: string,
): Delivery {
  const payload = { coordinates: { latitude, longitude } };
  return zaloFromUser(account, userId, 'location', { attachments: [{ type: 'location', payload }] });
}

export function zaloFollow(account: ZaloAccount, userId: string): Delivery {
  return signZalo(account, {
    event_name: 'follow',
    oa_id: account.oaId,
    follower: { id: userId },
    user_id_by_app: `7${userId.slice(1)}`,
    source: 'oa_profile',
  });
}

export function zaloWithdraw(account: ZaloAccount, userId: string): Delivery {
  return signZalo(account, { event_name: 'user_withdraw', oa_id: account.oaId, user_id: userId });
}

/** The echo of something the OA sent; with `adminId` an officer typed it in Zalo's own tool. */
export function zaloEcho(account: ZaloAccount, userId: string, text: string, adminId?: string): Delivery {
  return signZalo(account, {
    event_name: 'oa_send_text',
    sender: { id: account.oaId, ...(adminId === undefined ? {} : { admin_id: adminId }) },
    recipient: { id: userId },
    message: { msg_id: newMessageId(), text },
  });
}

export function zaloSeen(account: ZaloAccount, userId: string, messageIds: readonly string[]): Delivery {
  return signZalo(account, {
    event_name: 'user_seen_message',
    sender: { id: account.oaId },
    recipient: { id: userId },
    message: { msg_ids: messageIds },
  });
}

export function zaloReceived(account: ZaloAccount, userId: string, messageId: string): Delivery {
  return signZalo(account, {
    event_name: 'user_received_message',
    sender: { id: account.oaId },
    recipient: { id: userId },
    message: { msg_id: messageId },
  });
}

export function zaloAnonymousText(account: ZaloAccount, anonymousId: string, text: string): Delivery {
  return signZalo(account, {
    event_name: 'anonymous_send_text',
    sender: { id: anonymousId },
    recipient: { id: account.oaId },
    message: { msg_id: newMessageId(), text, conversation_id: `c${anonymousId}` },
  });
}

// === Messenger

/** One page's share of a delivery. */
export interface PageEntry {
  pageId: string;
  messaging?: object[];
  standby?: object[];
  changes?: object[];
}

/** Signs a body; a string is posted as it is. */
export function signMessenger(appSecret: string, content: object | string): Delivery {
  const body = Buffer.from(
    typeof content === 'string' ? content : escapeLikeMeta(JSON.stringify(content)),
    'utf8',
  );
  const mac = createHmac('sha256', appSecret).update(body).digest('hex');
  return {
    path: '/webhooks/messenger',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${mac}` },
    body,
  };
}

/** Meta writes everything outside ASCII, and slashes, escaped. */
function escapeLikeMeta(json: string): string {
  return json
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/');
}

/** One delivery with several pages, or several items of one page. */
export function messengerBatch(appSecret: string, entries: readonly PageEntry[]): Delivery {
  return signMessenger(appSecret, {
    object: 'page',
    entry: entries.map(({ pageId, ...lists }) => ({ id: pageId, time: Date.now(), ...lists })),
  });
}

function oneItem(account: PageAccount, item: object): Delivery {
  return messengerBatch(account.appSecret, [{ pageId: account.pageId, messaging: [item] }]);
}

/** An item of a citizen, to put into a batch. */
export function messengerItem(pageId: string, userId: string, event: object): object {
  return { sender: { id: userId }, recipient: { id: pageId }, timestamp: Date.now(), ...event };
}

export function messengerText(
  account: PageAccount,
  userId: string,
  text: string,
  messageId = newMessageId('m_'),
): Delivery {
  return oneItem(account, messengerItem(account.pageId, userId, { message: { mid: messageId, text } }));
}

/** A tap on a quick reply. */
export function messengerQuickReply(
  account: PageAccount,
  userId: string,
  title: string,
  payload: string,
): Delivery {
  const message = { mid: newMessageId('m_'), text: title, quick_reply: { payload } };
  return oneItem(account, messengerItem(account.pageId, userId, { message }));
}

/** A press on a button, the menu or an ice breaker. */
export function messengerPostback(
  account: PageAccount,
  userId: string,
  title: string,
  payload: string,
): Delivery {
  const postback = { mid: newMessageId('m_'), title, payload };
  return oneItem(account, messengerItem(account.pageId, userId, { postback }));
}

export function messengerGetStarted(account: PageAccount, userId: string, ref?: string): Delivery {
  const referral = ref === undefined ? {} : { referral: { ref, source: 'SHORTLINK', type: 'OPEN_THREAD' } };
  const postback = { mid: newMessageId('m_'), title: 'Bắt đầu', payload: 'get-started', ...referral };
  return oneItem(account, messengerItem(account.pageId, userId, { postback }));
}

export function messengerReferral(account: PageAccount, userId: string, ref: string): Delivery {
  const referral = { ref, source: 'SHORTLINK', type: 'OPEN_THREAD' };
  return oneItem(account, messengerItem(account.pageId, userId, { referral }));
}

export function messengerSticker(account: PageAccount, userId: string): Delivery {
  const attachments = [
    { type: 'sticker', payload: { url: 'https://cdn.example/like.png', sticker_id: 369239263222822 } },
  ];
  const message = { mid: newMessageId('m_'), attachments };
  return oneItem(account, messengerItem(account.pageId, userId, { message }));
}

export function messengerImage(account: PageAccount, userId: string): Delivery {
  const attachments = [{ type: 'image', payload: { url: 'https://cdn.example/1.jpg' } }];
  const message = { mid: newMessageId('m_'), attachments };
  return oneItem(account, messengerItem(account.pageId, userId, { message }));
}

/** Anything that is sent as a file of some kind; what is in it is never looked at. */
export function messengerAttachment(account: PageAccount, userId: string, kind: string): Delivery {
  const attachments = [{ type: kind, payload: { url: 'https://cdn.example/1' } }];
  const message = { mid: newMessageId('m_'), attachments };
  return oneItem(account, messengerItem(account.pageId, userId, { message }));
}

/** The echo of something the Page sent: ours when `metadata` is what we sent with it. */
export function messengerEcho(
  account: PageAccount,
  userId: string,
  text: string,
  origin: { appId?: string; metadata?: string } = {},
): Delivery {
  const { appId, metadata } = origin;
  const message = JSON.stringify({ is_echo: true, mid: newMessageId('m_'), text, metadata });
  // Written as a number, digit for digit, as Meta does.
  const withApp = appId === undefined ? message : `${message.slice(0, -1)},"app_id":${appId}}`;
  const item = `{"sender":{"id":"${account.pageId}"},"recipient":{"id":"${userId}"},"timestamp":${Date.now()},"message":${withApp}}`;
  const body = `{"object":"page","entry":[{"id":"${account.pageId}","time":${Date.now()},"messaging":[${item}]}]}`;
  return signMessenger(account.appSecret, escapeLikeMeta(body));
}

export function messengerRead(account: PageAccount, userId: string): Delivery {
  return oneItem(account, messengerItem(account.pageId, userId, { read: { watermark: Date.now() } }));
}

/** What a citizen writes while another app owns the conversation. */
export function messengerStandby(account: PageAccount, userId: string, text: string): Delivery {
  const item = messengerItem(account.pageId, userId, { message: { mid: newMessageId('m_'), text } });
  return messengerBatch(account.appSecret, [{ pageId: account.pageId, standby: [item] }]);
}

export function messengerOwnerChange(
  account: PageAccount,
  userId: string,
  kind: 'pass_thread_control' | 'take_thread_control',
  newOwnerAppId: string,
): Delivery {
  const change = { [kind]: { new_owner_app_id: newOwnerAppId, metadata: '' } };
  return oneItem(account, messengerItem(account.pageId, userId, change));
}
