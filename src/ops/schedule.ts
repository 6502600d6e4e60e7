import type { Leases, Logger } from '../core/ports.ts';

/** Upkeep that one process of the deployment does at a time. */
export interface ScheduledJob {
  name: string;
  everyMs: number;
  run(): Promise<unknown>;
}

/** The part of the spread in which nothing begins yet. */
const restShare = 1 / 6;
/** A job that failed, or whose lease somebody else held (who may have been killed), is tried again so often, this far apart. */
const retriesAtMost = 3;
const usualRetryMs = 45_000;

/**
 * Starts all jobs, each first within `spreadMs` of the start (and not at once), then at its interval; one that could not
 * run is tried again after `retryMs`, unless its turn comes as soon anyway. The returned function stops them.
 */
export function startSchedule(
  jobs: readonly ScheduledJob[],
  leases: Leases,
  logger: Logger,
  spreadMs: number,
  retryMs = usualRetryMs,
): () => void {
  let isStopped = false;
  const timers = jobs.map((job) => {
    let again: NodeJS.Timeout | undefined;
    const attempt = async (retriesLeft: number): Promise<void> => {
      const { ran } = await leases
        .tryRun(`job:${job.name}`, () => job.run())
        .catch((error: unknown) => {
          logger.error({ error, job: job.name }, 'a scheduled job failed; it is tried again');
          return { ran: false };
        });
      if (ran || isStopped || retriesLeft === 0 || job.everyMs <= retriesAtMost * retryMs) return;
      clearTimeout(again);
      again = setTimeout(() => void attempt(retriesLeft - 1), retryMs);
      again.unref();
    };
    const run = () => void attempt(retriesAtMost);
    // Spread, so that a start is not slowed by upkeep.
    const first = setTimeout(run, spreadMs * (restShare + Math.random() * (1 - restShare)));
    const repeat = setInterval(run, job.everyMs);
    first.unref();
    repeat.unref();
    return () => {
      clearTimeout(first);
      clearTimeout(again);
      clearInterval(repeat);
    };
  });
  return () => {
    isStopped = true;
    timers.forEach((stop) => stop());
  };
}
