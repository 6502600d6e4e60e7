import type { QueueState } from '../core/ports.ts';
import type { MetricsRegistry } from './metrics.ts';
import { withinLimit } from '../core/within-limit.ts';

/** Something with items that wait: how many in each state, and since when. */
interface Waiting {
  state(): Promise<QueueState>;
}

const answerLimitMs = 2_000;

/**
 * Brings the gauges of the queues up to date. Where the database does not answer they are taken away, so that nobody
 * takes what was true before for what is true now.
 */
export async function refreshQueueGauges(
  queues: Readonly<Record<string, Waiting>>,
  metrics: Pick<MetricsRegistry, 'gauge' | 'clear'>,
): Promise<void> {
  const names = Object.keys(queues);
  const read = Promise.all(Object.values(queues).map((queue) => queue.state()));
  const states = await withinLimit(read, answerLimitMs, () => new Error('no answer in time')).catch(
    () => undefined,
  );
  metrics.clear('tthc_queue_items');
  metrics.clear('tthc_queue_oldest_seconds');
  for (const [at, { oldestSeconds, ...items }] of states?.entries() ?? []) {
    const queue = names[at] ?? '';
    for (const [state, value] of Object.entries(items)) {
      metrics.gauge('tthc_queue_items', value, { queue, state });
    }
    metrics.gauge('tthc_queue_oldest_seconds', oldestSeconds, { queue });
  }
}
