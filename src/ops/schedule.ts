import type { Leases, Logger } from '../core/ports.ts';

/** Upkeep that one process of the deployment does at a time. */
export interface ScheduledJob {
  name: string;
  everyMs: number;
  run(): Promise<unknown>;
}

/** The part of the spread in which nothing begins yet. */
const restShare = 1 / 6;

/**
 * Starts all jobs, each first within `spreadMs` of the start (and not at once), then at its interval; the returned function
 * stops them.
 */
export function startSchedule(
  jobs: readonly ScheduledJob[],
  leases: Leases,
  logger: Logger,
  spreadMs: number,
): () => void {
  const timers = jobs.map((job) => {
    const run = () => {
      leases
        .tryRun(`job:${job.name}`, () => job.run())
        .catch((error: unknown) => {
          logger.error({ error, job: job.name }, 'a scheduled job failed; it runs again at its next time');
        });
    };
    // Spread, so that a start is not slowed by upkeep.
    const first = setTimeout(run, spreadMs * (restShare + Math.random() * (1 - restShare)));
    const repeat = setInterval(run, job.everyMs);
    first.unref();
    repeat.unref();
    return () => {
      clearTimeout(first);
      clearInterval(repeat);
    };
  });
  return () => timers.forEach((stop) => stop());
}
