import type { Logger } from '../core/ports.ts';

export interface FollowOptions {
  /** What is published now, in a word. */
  readMark(): Promise<string>;
  /** What this process serves, in the same words. */
  servedMark(): string;
  /** Reads everything anew; false when that failed and the old goes on. */
  reload(): Promise<boolean>;
  /** Calls back after something was published, also by another process; resolves to the function that ends it. */
  listen(onChange: () => void): Promise<() => Promise<void>>;
  logger: Logger;
  lookEveryMs?: number;
}

/** An announcement may get lost, and what is scheduled comes into force without one. */
const defaultLookEveryMs = 5_000;
/** After a failure the same is tried again, but not with every look. */
const retryAfterMs = 60_000;

/**
 * Keeps this process on what is published in the database: at once when it is announced, else with the next look.
 * Returns the function that ends it.
 */
export async function followKnowledge(options: FollowOptions): Promise<() => Promise<void>> {
  let taken = options.servedMark();
  let failed: { mark: string; atMs: number } | undefined;
  let running = false;
  let again = false;

  async function lookOnce(): Promise<void> {
    const mark = await options.readMark();
    const isWaiting = failed?.mark === mark && performance.now() - failed.atMs < retryAfterMs;
    if (mark === taken || isWaiting) return;
    if (await options.reload()) {
      taken = mark;
      failed = undefined;
    } else {
      failed = { mark, atMs: performance.now() };
    }
  }
  async function look(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await lookOnce();
      } while (again);
    } catch (error) {
      options.logger.warn({ error }, 'cannot look for published content now');
    } finally {
      running = false;
    }
  }

  const stopListening = await options.listen(() => void look());
  const timer = setInterval(() => void look(), options.lookEveryMs ?? defaultLookEveryMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await stopListening();
  };
}
