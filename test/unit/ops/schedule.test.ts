import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startSchedule } from '../../../src/ops/schedule.ts';
import type { Database } from '../../../src/storage/sql/database.ts';
import { createSqlLeases } from '../../../src/storage/sql/leases.ts';
import { silentLogger } from '../../services/silent-logger.ts';
import { createEmbeddedTestDatabase } from '../../services/test-databases.ts';
import { until } from '../../support/until.ts';

const hourMs = 3_600_000;
let database: Database;
let stop = () => undefined as void;
beforeEach(async () => {
  database = await createEmbeddedTestDatabase();
});
afterEach(async () => {
  stop();
  await database.close();
});

const start = (run: () => Promise<unknown>, everyMs = hourMs) => {
  stop = startSchedule([{ name: 'upkeep', everyMs, run }], createSqlLeases(database), silentLogger, 10, 100);
};

it('tries a job again that failed, not only hours later, and then lets it rest', async () => {
  let runs = 0;
  start(async () => {
    runs += 1;
    if (runs < 3) throw new Error('the database is busy');
  });
  await until(() => runs === 3);
  await sleep(400);
  expect(runs).toBe(3);
});

it('tries a job again whose lease a killed process has left behind', async () => {
  await database.query(
    `insert into lease (name, holder, expires_at)
     values ('job:upkeep', gen_random_uuid(), clock_timestamp() + interval '150 milliseconds')`,
  );
  let runs = 0;
  start(async () => (runs += 1));
  await until(() => runs === 1);
});

it('gives up until its next turn after a few tries, and once it is stopped', async () => {
  let runs = 0;
  const fail = async () => {
    runs += 1;
    throw new Error('refused');
  };
  start(fail);
  await until(() => runs === 4);
  await sleep(300);
  expect(runs).toBe(4);
  stop();
  start(fail);
  await until(() => runs > 4);
  stop();
  const soFar = runs;
  await sleep(300);
  expect(runs).toBe(soFar);
});
