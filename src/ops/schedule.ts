import type { Leases, Logger } from '../core/ports.ts';

/** Upkeep that one process of the deployment does at a time. */
export interface ScheduledJob {
  name: string;
  everyMs: number;
  run(): Promise<unknown>;
}

/** Starts all jobs (each soon after the start, then at its interval); the returned function stops them. */
export function startSchedule(jobs: readonly ScheduledJob[], leases: Leases, logger: Logger): () => void {
  const timers = jobs.map((job) => {
    const run = () => {
      leases
        .tryRun(`job:${job.name}`, () => job.run())
        .catch((error: unknown) => {
          logger.error({ error, job: job.name }, 'a scheduled job failed; it runs again at its next time');
        });
    };
    // Spread over the first minute, so that a start is not slowed by upkeep.
    const first = setTimeout(run, 5_000 + Math.random() * 30_000);
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
