/** Longest wait that is planned; who would wait longer asks again then. */
const longestWaitMs = 60_000;
/** Turns that are remembered. Forgetting them costs a question to the rate each, nothing else. */
const rememberedTurns = 20_000;

/**
 * Turns of the messages that met a full sending rate. Without them all that wait would ask again at the same moment, and
 * all but a few would be refused again: a day's queue would keep the database busy with nothing but refusals.
 */
export class SendTurns {
  readonly #turns = new Map<string, number>();
  readonly #nextFreeMs = new Map<string, number>();

  /**
   * Milliseconds until this message may ask the rate `key`; 0 when it may now. While others wait for their turn, a new
   * message gets one behind them.
   */
  waitMs(key: string, message: string, perSecond: number, nowMs: number): number {
    const turn = this.#turns.get(message);
    if (turn === undefined) {
      return (this.#nextFreeMs.get(key) ?? 0) > nowMs ? this.give(key, message, perSecond, nowMs, 0) : 0;
    }
    if (turn > nowMs) return turn - nowMs;
    this.#turns.delete(message);
    return 0;
  }

  /** Gives a message that was refused its turn, at the earliest after `afterMs`; returns the milliseconds until then. */
  give(key: string, message: string, perSecond: number, nowMs: number, afterMs: number): number {
    const turn = Math.max(this.#nextFreeMs.get(key) ?? 0, nowMs + afterMs);
    if (turn - nowMs > longestWaitMs) return longestWaitMs;
    if (this.#turns.size >= rememberedTurns) this.#turns.clear();
    this.#turns.set(message, turn);
    this.#nextFreeMs.set(key, turn + 1000 / perSecond);
    return turn - nowMs;
  }
}
