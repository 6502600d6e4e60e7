import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, errorMessage } from '../core/errors.ts';
import type { EvidenceInterval, EvidenceKind, Seal, SealStore } from '../core/evidence.ts';
import type { Clock, Leases, Logger } from '../core/ports.ts';
import { createAnchor, type AnchorPublisher } from './anchor.ts';
import { exportBundle, type EvidencePeriod, type ExportSummary } from './export-bundle.ts';
import { sealUnit } from './seal-unit.ts';

/** Seals the log and hands it out. */
export interface Evidence {
  /** Seals what is new of each unit; those that another process is sealing are left to it. Returns how many records. */
  sealNew(unitIds: readonly string[]): Promise<number>;
  /**
   * Seals all that is there now of a unit and returns its newest seal; undefined when it never had a record.
   * @throws AppError `storage-unavailable` when sealing cannot be finished now.
   */
  sealNow(unitId: string): Promise<Seal | undefined>;
  /** Numbers of the first and last seal that hold the unit's records of an interval. */
  readRange(unitId: string, interval: EvidenceInterval): Promise<{ first: number; last: number } | undefined>;
  /** The unit's newest seal: its `hash` is the root that reports print. */
  readNewestSeal(unitId: string): Promise<Seal | undefined>;
  /**
   * Hands each unit's newest seal to `publisher` and returns for how many that worked, and failed. One that fails is logged
   * and left to the next run, which hands over what is newest then.
   */
  anchorNewest(
    unitIds: readonly string[],
    publisher: AnchorPublisher,
  ): Promise<{ anchored: number; failed: number }>;
  /**
   * Seals what is new of the unit, then writes its evidence of the period to `path`, which must not exist.
   * @throws AppError `storage-unavailable` when sealing cannot be finished now, `conflict` when `path` exists.
   */
  exportPeriod(unitId: string, period: EvidencePeriod, path: string): Promise<ExportSummary>;
}

export interface EvidenceTools {
  store: SealStore;
  leases: Leases;
  clock: Clock;
  logger: Logger;
  /** Path of docs/evidence.md. */
  documentPath: string;
}

const sealAttempts = 20;
const sealPauseMs = 1_000;

export function createEvidence({ store, leases, clock, logger, documentPath }: EvidenceTools): Evidence {
  const sealUnderLease = (unitId: string, horizon: ReadonlyMap<EvidenceKind, number>) =>
    leases.tryRun(`seal:${unitId}`, () => sealUnit(store, unitId, horizon, () => clock.now()));

  /** Seals all that is there now, waiting for a process that seals the same unit. */
  async function sealNow(unitId: string): Promise<void> {
    for (let attempt = 0; attempt < sealAttempts; attempt += 1) {
      const horizon = await store.readHorizon();
      if (horizon !== undefined && (await sealUnderLease(unitId, horizon)).ran) return;
      await sleep(sealPauseMs);
    }
    throw new AppError(
      'storage-unavailable',
      'The newest records cannot be sealed now: something keeps writing to the log without finishing. Try again; if it stays so, look for a hanging transaction in the database.',
      { retryable: true },
    );
  }

  return {
    async sealNew(unitIds) {
      const horizon = await store.readHorizon();
      if (horizon === undefined) {
        logger.warn({}, 'nothing was sealed: a writer to the log did not finish; the next run tries again');
        return 0;
      }
      let sealed = 0;
      for (const unitId of unitIds) {
        const outcome = await sealUnderLease(unitId, horizon);
        if (outcome.ran) sealed += outcome.result;
      }
      return sealed;
    },
    async sealNow(unitId) {
      await sealNow(unitId);
      return store.readNewest(unitId);
    },
    readRange: (unitId, interval) => store.readRange(unitId, interval),
    readNewestSeal: (unitId) => store.readNewest(unitId),
    async anchorNewest(unitIds, publisher) {
      let anchored = 0;
      let failed = 0;
      for (const unitId of unitIds) {
        const seal = await store.readNewest(unitId);
        if (seal === undefined) continue;
        try {
          await publisher.publish(createAnchor(seal));
          anchored += 1;
        } catch (error) {
          failed += 1;
          logger.warn(
            { unit: unitId, number: seal.number, reason: errorMessage(error) },
            'the newest root could not be handed over; the next run tries again',
          );
        }
      }
      return { anchored, failed };
    },
    async exportPeriod(unitId, period, path) {
      await sealNow(unitId);
      try {
        return await exportBundle(store, { unitId, period, path, exportedAt: clock.now(), documentPath });
      } catch (error) {
        throw toPathError(error, path);
      }
    },
  };
}

/** Says what to do about a path that cannot be written; any other error as it is. */
function toPathError(error: unknown, path: string): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') {
    return new AppError('conflict', `${path} exists already; move it away or choose another name.`);
  }
  if (code === 'EACCES' || code === 'ENOENT' || code === 'EROFS' || code === 'EPERM') {
    return new AppError(
      'invalid-input',
      `${dirname(path)} cannot be written to by the process that owns the database; choose a folder that exists and that it may write to.`,
    );
  }
  return error;
}
