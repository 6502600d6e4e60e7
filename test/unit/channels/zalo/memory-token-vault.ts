import type { TokenPair, TokenVault } from '../../../../src/core/ports.ts';

/** A vault that several "processes" of a test share; writes can be made to fail. */
export interface MemoryTokenVault extends TokenVault {
  pairs: Map<string, TokenPair>;
  failingWrites: number;
}

export function createMemoryTokenVault(): MemoryTokenVault {
  const locks = new Map<string, Promise<unknown>>();
  const vault: MemoryTokenVault = {
    pairs: new Map(),
    failingWrites: 0,
    read: async (unitId) => vault.pairs.get(unitId),
    async write(unitId, pair) {
      if (vault.failingWrites > 0) {
        vault.failingWrites -= 1;
        throw new Error('disk full');
      }
      vault.pairs.set(unitId, pair);
    },
    withLock(unitId, work) {
      const turn = (locks.get(unitId) ?? Promise.resolve()).then(work, work);
      locks.set(unitId, turn);
      return turn;
    },
  };
  return vault;
}
