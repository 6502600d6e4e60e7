import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGroupCommit } from '../../../src/storage/group-commit.ts';

describe('group commit', () => {
  it('merges calls of the same moment, keeps their order and gives each its own results', async () => {
    const groups: number[][] = [];
    const commit = createGroupCommit<number, string>(
      async (items) => {
        groups.push([...items]);
        return items.map((item) => `r${item}`);
      },
      { windowMs: 2, maxItems: 100 },
    );
    const results = await Promise.all([commit([1, 2]), commit([3]), commit([4, 5])]);
    expect(results).toEqual([['r1', 'r2'], ['r3'], ['r4', 'r5']]);
    expect(groups).toEqual([[1, 2, 3, 4, 5]]);
  });

  it('runs one group at a time and gathers what comes meanwhile', async () => {
    const groups: number[][] = [];
    let running = 0;
    const commit = createGroupCommit<number, number>(
      async (items) => {
        running += 1;
        expect(running).toBe(1);
        groups.push([...items]);
        await sleep(30);
        running -= 1;
        return items;
      },
      { windowMs: 0, maxItems: 100 },
    );
    const first = commit([1]);
    await sleep(10);
    await Promise.all([first, commit([2]), commit([3])]);
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('splits at the limit between calls, and passes a call that is larger than the limit whole', async () => {
    const groups: number[][] = [];
    const commit = createGroupCommit<number, number>(
      async (items) => {
        groups.push([...items]);
        return items;
      },
      { windowMs: 1, maxItems: 3 },
    );
    await Promise.all([commit([1, 2]), commit([3, 4]), commit([5, 6, 7, 8]), commit([9])]);
    expect(groups).toEqual([[1, 2], [3, 4], [5, 6, 7, 8], [9]]);
  });

  it('rejects all calls of a failed group and goes on with the next', async () => {
    let failing = true;
    const commit = createGroupCommit<number, number>(
      async (items) => {
        if (failing) throw new Error('storage is away');
        return items;
      },
      { windowMs: 0, maxItems: 10 },
    );
    const results = await Promise.allSettled([commit([1]), commit([2])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    expect(await commit([3])).toEqual([3]);
  });
});
