import type { Clock, Logger } from '../../core/ports.ts';

/** So long figures are taken as they are; then they are counted anew behind the page that shows them. */
const freshMs = 2 * 60_000;
/** Figures older than this are not shown: the page waits for new ones. */
const usableMs = 30 * 60_000;
const rememberedAtMost = 500;

interface Remembered<T> {
  value: T;
  countedAt: Date;
}

/**
 * Remembers what takes long to count, by key, so that a page never waits for it twice: what is a little old is shown and
 * counted anew meanwhile. Each key is counted once at a time.
 */
export function createRemembered<T>(clock: Clock, logger: Logger) {
  const values = new Map<string, Remembered<T>>();
  const running = new Map<string, Promise<Remembered<T>>>();

  function count(key: string, work: () => Promise<T>): Promise<Remembered<T>> {
    const countedAt = clock.now();
    const started =
      running.get(key) ??
      work()
        .then((value) => {
          const remembered = { value, countedAt };
          values.delete(key);
          values.set(key, remembered);
          for (const oldest of values.keys()) {
            if (values.size <= rememberedAtMost) break;
            values.delete(oldest);
          }
          return remembered;
        })
        .finally(() => running.delete(key));
    running.set(key, started);
    return started;
  }

  return async (key: string, work: () => Promise<T>): Promise<Remembered<T>> => {
    const known = values.get(key);
    const ageMs = known === undefined ? Infinity : clock.now().getTime() - known.countedAt.getTime();
    if (known === undefined || ageMs > usableMs) return count(key, work);
    if (ageMs > freshMs) {
      count(key, work).catch((error: unknown) => logger.warn({ error }, 'figures could not be counted anew'));
    }
    return known;
  };
}
