import type { LinkTarget } from './link-signer.ts';

/** Openings of one hour, as they are stored. */
export interface HourOfOpens extends LinkTarget {
  opens: number;
  /** Start of the hour, ISO 8601 in UTC. */
  at: string;
}

const hourMs = 3_600_000;
/** Distinct links and hours that wait at most; what comes beyond is not counted until the next flush. */
const waitingAtMost = 5_000;

/** Adds openings up in memory, so that a link that is opened a thousand times is a row and not a thousand. */
export class OpenCounter {
  #waiting = new Map<string, HourOfOpens>();
  readonly #store: (opens: readonly HourOfOpens[]) => Promise<void>;

  constructor(store: (opens: readonly HourOfOpens[]) => Promise<void>) {
    this.#store = store;
  }

  count(target: LinkTarget, now: Date): void {
    const at = new Date(Math.floor(now.getTime() / hourMs) * hourMs).toISOString();
    const key = JSON.stringify([target.unitId, target.url, at]);
    const known = this.#waiting.get(key);
    if (known !== undefined) known.opens += 1;
    else if (this.#waiting.size < waitingAtMost) this.#waiting.set(key, { ...target, opens: 1, at });
  }

  /** Stores what waits; what cannot be stored waits on. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const taken = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.#store([...taken.values()]);
    } catch (error) {
      for (const [key, opens] of taken) {
        const since = this.#waiting.get(key);
        if (since !== undefined) since.opens += opens.opens;
        else if (this.#waiting.size < waitingAtMost) this.#waiting.set(key, opens);
      }
      throw error;
    }
  }
}
