import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `check` holds; fails after half a minute. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(5)) {
    if (await check()) return;
  }
  throw new Error('waited in vain');
}
