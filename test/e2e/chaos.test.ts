import { expect, it } from '@jest/globals';
import { runChaos } from '../chaos/run-chaos.ts';

/** The short form of `npm run chaos`: every fault once while citizens write. */
it('loses nothing while servers are killed, Redis and PostgreSQL restart, platforms hang and tokens expire', async () => {
  const report = await runChaos({ seconds: 0, writers: 3, say: () => undefined });
  expect(report).toMatchObject({
    kills: 3,
    redisRestarts: 1,
    databaseRestarts: 1,
    hangs: 1,
    lost: [],
    moreThanTwice: [],
    logFaults: [],
    outOfOrder: [],
    bundleFaults: [],
    logLeaks: [],
  });
  expect(report.events).toBeGreaterThan(100);
  // Doubled are only those that were being sent when a process was killed.
  expect(report.doubled).toBeLessThan(report.events / 4);
  // One exchange for the first token and one for each expiry, whoever asked.
  expect(report.tokenExchanges).toBe(report.tokenExpiries + 1);
}, 900_000);
