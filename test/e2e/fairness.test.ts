import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createUnits, type ManyUnits } from '../bench/many-units.ts';
import { zaloText } from '../fakes/deliveries.ts';
import { startSystem, type System } from './support/system.ts';

let units: ManyUnits;
let system: System;

beforeAll(async () => {
  units = await createUnits(2);
  system = await startSystem(units.environment);
}, 180_000);

afterAll(async () => {
  await system?.dispose();
  await units?.remove();
});

const flood = 600;
const quietCitizens = 10;

it('answers the citizens of a quiet unit while the flood of another still waits, and then the flood', async () => {
  const [flooded, quiet] = units.accounts;
  if (flooded === undefined || quiet === undefined) throw new Error('two units were wanted');
  const post = async (account: typeof flooded, user: string) =>
    expect((await system.deliver(zaloText(account, user, 'phí chứng thực chữ ký'))).status).toBe(200);
  const many = Array.from({ length: flood }, (_, index) =>
    String(6_910_000_000_000_000_000n + BigInt(index)),
  );
  const few = many
    .slice(0, quietCitizens)
    .map((_, index) => String(6_920_000_000_000_000_000n + BigInt(index)));

  // The platform takes its time with each message, so that the flood is there when the quiet unit's citizens write.
  system.platform.control({ fault: { on: 'zalo-send', kind: 'delay', ms: 300, times: 100_000 } });
  await Promise.all(many.map((user) => post(flooded, user)));
  await Promise.all(few.map((user) => post(quiet, user)));
  await Promise.all(few.map((user) => system.waitForSent(user, 1, 120_000)));
  const answeredOfFlood = new Set(system.platform.sent().map(({ userId }) => userId)).size - quietCitizens;
  expect(answeredOfFlood).toBeLessThan(flood);

  system.platform.control({ clearFaults: true });
  await Promise.all(many.map((user) => system.waitForSent(user, 1, 120_000)));
  await system.waitUntilIdle();
  for (const user of [...many, ...few]) expect(system.platform.sent(user)).toHaveLength(1);
}, 300_000);
