interface Call<I, O> {
  items: readonly I[];
  resolve: (results: O[]) => void;
  reject: (error: unknown) => void;
}

/**
 * Merges concurrent calls into few: the items of all calls that come while `work` runs, or within `windowMs` of the first
 * one (0: before the next turn of the event loop), go to `work` together. One run at a time, so items keep their order. `work` returns one result per item; when it
 * throws, all calls of that run reject.
 */
export function createGroupCommit<I, O>(
  work: (items: readonly I[]) => Promise<readonly O[]>,
  options: { windowMs: number; maxItems: number },
): (items: readonly I[]) => Promise<O[]> {
  let waiting: Call<I, O>[] = [];
  let running = false;

  function takeGroup(): Call<I, O>[] {
    let size = 0;
    let calls = 0;
    for (const { items } of waiting) {
      if (calls > 0 && size + items.length > options.maxItems) break;
      size += items.length;
      calls += 1;
    }
    const group = waiting.slice(0, calls);
    waiting = waiting.slice(calls);
    return group;
  }

  async function runGroup(group: readonly Call<I, O>[]): Promise<void> {
    try {
      const results = await work(group.flatMap(({ items }) => items));
      let start = 0;
      for (const { items, resolve } of group) {
        resolve(results.slice(start, start + items.length));
        start += items.length;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) await runGroup(takeGroup());
    running = false;
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (running) return;
      running = true;
      if (options.windowMs === 0) setImmediate(() => void drain());
      else setTimeout(() => void drain(), options.windowMs);
    });
}
