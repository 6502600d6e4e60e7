import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { zaloText } from '../fakes/deliveries.ts';
import { startSystem, zalo, type System } from './support/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem();
}, 120_000);

afterAll(() => system?.dispose());

/** Delivers as a platform does: until it is acknowledged. */
async function deliverUntilAcknowledged(user: string, text: string, id: string): Promise<void> {
  const delivery = zaloText(zalo, user, text, id);
  for (;;) {
    const status = await system.deliver(delivery).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('SIGKILL in the middle of work', () => {
  it('loses none of 300 events and answers none more than twice', async () => {
    const events = Array.from({ length: 300 }, (_, index) => ({
      user: String(6200000000000000000n + BigInt(index % 60)),
      text: 'phí chứng thực chữ ký',
      id: `crash-${index}`,
    }));
    const sending = (async () => {
      for (let start = 0; start < events.length; start += 10) {
        await Promise.all(
          events
            .slice(start, start + 10)
            .map(({ user, text, id }) => deliverUntilAcknowledged(user, text, id)),
        );
      }
    })();
    for (let kills = 0; kills < 3; kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await system.kill('SIGKILL');
      await system.start();
    }
    await sending;
    const answersOf = (user: string) =>
      system.platform.sent(user).filter(({ text }) => text.includes('hứng thực chữ ký')).length;
    const users = [...new Set(events.map(({ user }) => user))];
    const deadline = Date.now() + 60_000;
    while (users.some((user) => answersOf(user) < 5) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const counts = users.map(answersOf);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
    // Nearly all are answered once: a kill may double only what was being sent at that moment.
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(300 + 3 * 60);
  }, 180_000);
});

describe('a graceful stop', () => {
  it('finishes what runs and ends with success', async () => {
    const user = '6300000000000000001';
    await deliverUntilAcknowledged(user, 'xin chào', 'graceful-1');
    const begun = Date.now();
    await system.kill('SIGTERM');
    expect(Date.now() - begun).toBeLessThan(25_000);
    await system.start();
    await system.waitForSent(user, 1);
  }, 60_000);
});

it('leaves no words of citizens at rest once they are handled', async () => {
  const user = '6300000000000000002';
  const words = 'zebra079123456789lighthouse';
  await deliverUntilAcknowledged(user, `${words} khai sinh`, 'at-rest-1');
  await system.waitForSent(user, 1);
  await system.kill('SIGTERM');
  for (const file of await readdir(system.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = await readFile(join(file.parentPath, file.name));
    expect([file.name, bytes.includes('079123456789')]).toEqual([file.name, false]);
    expect([file.name, bytes.includes(user)]).toEqual([file.name, false]);
  }
}, 60_000);
