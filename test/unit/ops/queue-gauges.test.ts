import { expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/ops/metrics.ts';
import { refreshQueueGauges } from '../../../src/ops/queue-gauges.ts';

const readGauges = async (metrics: ReturnType<typeof createMetrics>) =>
  (await metrics.render()).split('\n').filter((line) => line.startsWith('tthc_queue_'));

it('shows what waits now, and nothing once the database does not answer', async () => {
  const metrics = createMetrics();
  const queue = {
    state: async () => ({ waiting: 3, active: 2, retrying: 0, parked: 1, oldestSeconds: 7 }),
  };
  await refreshQueueGauges({ inbound: queue }, metrics);
  expect(await readGauges(metrics)).toEqual([
    'tthc_queue_items{queue="inbound",state="waiting"} 3',
    'tthc_queue_items{queue="inbound",state="active"} 2',
    'tthc_queue_items{queue="inbound",state="retrying"} 0',
    'tthc_queue_items{queue="inbound",state="parked"} 1',
    'tthc_queue_oldest_seconds{queue="inbound"} 7',
  ]);

  const away = { state: () => Promise.reject(new Error('the database is away')) };
  await refreshQueueGauges({ inbound: queue, outbound: away }, metrics);
  expect(await readGauges(metrics)).toEqual([]);

  await refreshQueueGauges({ inbound: queue }, metrics);
  expect(await readGauges(metrics)).toHaveLength(5);
  const hanging = { state: () => new Promise<never>(() => undefined) };
  await refreshQueueGauges({ inbound: hanging }, metrics);
  expect(await readGauges(metrics)).toEqual([]);
});
