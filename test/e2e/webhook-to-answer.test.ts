import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  messengerBatch,
  messengerEcho,
  messengerQuickReply,
  messengerRead,
  messengerSticker,
  messengerText,
  zaloEcho,
  zaloPress,
  zaloReceived,
  zaloSeen,
  zaloSticker,
  zaloText,
} from '../fakes/deliveries.ts';
import { page, startSystem, zalo, type System } from './support/system.ts';

let system: System;
let nextUser = 6000000000000000000n;
const newUser = () => String((nextUser += 1n));

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.dispose());

/** What a citizen reads as the answer to their first message, on one line. */
async function ask(channel: 'zalo' | 'messenger', user: string, text: string): Promise<string> {
  const before = system.platform.sent(user).length;
  const delivery = channel === 'zalo' ? zaloText(zalo, user, text) : messengerText(page, user, text);
  expect((await system.deliver(delivery)).status).toBe(200);
  const reply = await system.waitForReply(user, before);
  return reply.map((message) => message.text).join(' ');
}

describe.each(['zalo', 'messenger'] as const)('a citizen on %s', (channel) => {
  it('gets a sourced answer to a question without diacritics', async () => {
    const answer = await ask(channel, newUser(), 'lam giay khai sinh cho con moi sinh can giay to gi');
    expect(answer).toContain('Giấy chứng sinh');
    expect(answer).toMatch(/Căn cứ: .*Rà soát ngày \d\d\/\d\d\/\d{4}/s);
  });

  it('is told at first contact that this is an automated assistant', async () => {
    const user = newUser();
    expect(await ask(channel, user, 'xin chào')).toContain('trợ lý tự động');
    expect(await ask(channel, user, 'cảm ơn')).not.toContain('được ghi lại');
  });

  it('goes on about the same procedure', async () => {
    const user = newUser();
    await ask(channel, user, 'thủ tục đăng ký tạm trú');
    const answer = await ask(channel, user, 'lệ phí bao nhiêu');
    expect(answer.toLowerCase()).toContain('tạm trú');
    expect(answer).toContain('Phí');
  });

  it('gets twenty messages of a burst answered in order', async () => {
    const user = newUser();
    const questions = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? 'lệ phí chứng thực bản sao' : 'thời hạn đăng ký kết hôn',
    );
    for (const text of questions) {
      await system.deliver(channel === 'zalo' ? zaloText(zalo, user, text) : messengerText(page, user, text));
    }
    await system.waitForSent(user, 20, 20_000);
    const topics = system.platform
      .sent(user)
      .flatMap(({ text }) =>
        /chứng thực bản sao:/i.test(text) ? ['copy'] : /kết hôn:/i.test(text) ? ['marriage'] : [],
      );
    expect(topics).toEqual(questions.map((_, index) => (index % 2 === 0 ? 'copy' : 'marriage')));
  }, 30_000);

  it('gets a fitting word for a sticker', async () => {
    const user = newUser();
    await system.deliver(channel === 'zalo' ? zaloSticker(zalo, user) : messengerSticker(page, user));
    const [first] = await system.waitForSent(user, 1);
    expect(first?.text).toContain('bằng chữ');
  });

  it('who floods gets the first answers, one polite line and then silence, while others are answered', async () => {
    const flooder = newUser();
    const send = (user: string, text: string) =>
      system.deliver(channel === 'zalo' ? zaloText(zalo, user, text) : messengerText(page, user, text));
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 12 }, () => send(flooder, 'phí chứng thực chữ ký')));
    }
    expect((await ask(channel, newUser(), 'phí chứng thực chữ ký')).toLowerCase()).toContain('chữ ký');
    await system.waitUntilIdle();
    const texts = system.platform.sent(flooder).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('nhắn nhanh quá'))).toHaveLength(1);
    expect(texts.at(-1)).toContain('nhắn nhanh quá');
    // The greeting may be a bubble of its own.
    expect(texts.length).toBeGreaterThanOrEqual(41);
    expect(texts.length).toBeLessThanOrEqual(43);
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    expect(metrics).toContain(`tthc_limited_total{channel="${channel}"} 80`);
  }, 60_000);

  it('can press a button of the answer', async () => {
    const user = newUser();
    await ask(channel, user, 'đăng ký kết hôn cần gì');
    const offered = system.platform.sent(user).at(-1);
    const payload = offered?.payloads.find((each) => each.endsWith('a:fee:marriage-registration'));
    expect(payload).toBeDefined();
    const before = system.platform.sent(user).length;
    await system.deliver(
      channel === 'zalo'
        ? zaloPress(zalo, user, payload ?? '')
        : messengerQuickReply(page, user, 'Lệ phí', payload ?? ''),
    );
    const sent = await system.waitForSent(user, before + 1);
    expect(sent.at(-1)?.text).toContain('Phí và lệ phí');
  });
});

describe('what is never answered', () => {
  it('echoes, seen, received and read', async () => {
    const user = newUser();
    for (const delivery of [
      zaloEcho(zalo, user, 'Chào anh/chị'),
      zaloSeen(zalo, user, ['a', 'b']),
      zaloReceived(zalo, user, 'a'),
      messengerEcho(page, user, 'Chào anh/chị', { appId: '200000000000002', metadata: 'x' }),
      messengerRead(page, user),
    ]) {
      expect((await system.deliver(delivery)).status).toBe(200);
    }
    // A later question is answered once, so nothing of the above is still on its way.
    await ask('zalo', user, 'xin chào');
    expect(system.platform.sent(user).length).toBeLessThanOrEqual(2);
  });

  it('a delivery that comes again', async () => {
    const user = newUser();
    const delivery = zaloText(zalo, user, 'phí chứng thực chữ ký', 'same-id');
    for (let time = 0; time < 5; time += 1) expect((await system.deliver(delivery)).status).toBe(200);
    await system.waitForSent(user, 1);
    await ask('zalo', user, 'cảm ơn');
    expect(
      system.platform.sent(user).filter(({ text }) => text.includes('hữu ký') || text.includes('chữ ký:'))
        .length,
    ).toBe(1);
  });
});

it('handles every event of a batch', async () => {
  const users = Array.from({ length: 6 }, newUser);
  const entry = (slice: string[]) => ({
    pageId: page.pageId,
    messaging: slice.map((user, index) => ({
      sender: { id: user },
      recipient: { id: page.pageId },
      timestamp: Date.now(),
      message: { mid: `batch-${user}-${index}`, text: 'xin chào' },
    })),
  });
  const delivery = messengerBatch(page.appSecret, [entry(users.slice(0, 3)), entry(users.slice(3))]);
  expect((await system.deliver(delivery)).status).toBe(200);
  for (const user of users) await system.waitForSent(user, 1);
});
