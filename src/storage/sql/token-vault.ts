import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import type { Leases, SecretBox, TokenVault } from '../../core/ports.ts';
import type { Queryable } from './database.ts';

const pollMs = 100;
/** Longer than a lease that a killed holder left behind, and than any exchange with a platform. */
const waitForTurnMs = 60_000;

const pairSchema = z.strictObject({
  accessToken: z.string(),
  refreshToken: z.string(),
  obtainedAt: z.string(),
  expiresAt: z.string(),
});

/**
 * Rotating tokens of one channel in SQL, sealed. The lock is a lease: it holds no connection while `work` talks to the
 * platform, and one that a killed process left runs out by itself. `withLock` throws AppError `conflict` (retryable) when
 * its turn does not come within a minute.
 */
export function createTokenVault(
  database: Queryable,
  leases: Leases,
  box: SecretBox,
  channel: string,
): TokenVault {
  const keyOf = (unitId: string) => `${channel}:${unitId}`;
  const contextOf = (unitId: string) => `channel-token:${keyOf(unitId)}`;
  return {
    async read(unitId) {
      const { rows } = await database.query<{ sealed: Uint8Array }>(
        'select sealed from channel_token where key = $1',
        [keyOf(unitId)],
      );
      const row = rows[0];
      if (row === undefined) return undefined;
      const plain = Buffer.from(box.open(row.sealed, contextOf(unitId))).toString('utf8');
      return pairSchema.parse(JSON.parse(plain));
    },
    async write(unitId, pair) {
      const sealed = box.seal(Buffer.from(JSON.stringify(pairSchema.parse(pair))), contextOf(unitId));
      await database.query(
        `insert into channel_token (key, sealed, version) values ($1, $2, 1)
         on conflict (key) do update
           set sealed = excluded.sealed, version = channel_token.version + 1, updated_at = clock_timestamp()`,
        [keyOf(unitId), sealed],
      );
    },
    async withLock(unitId, work) {
      const deadline = performance.now() + waitForTurnMs;
      while (performance.now() < deadline) {
        const turn = await leases.tryRun(contextOf(unitId), work);
        if (turn.ran) return turn.result;
        await sleep(pollMs);
      }
      throw new AppError('conflict', `Another process has held the token of unit ${unitId} for a minute.`, {
        retryable: true,
      });
    },
  };
}
