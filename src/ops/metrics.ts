import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import {
  counters,
  gauges,
  histograms,
  type CounterName,
  type GaugeName,
  type HistogramName,
} from '../core/metric.ts';
import type { Metrics } from '../core/ports.ts';

const help: Record<CounterName | HistogramName | GaugeName, string> = {
  tthc_webhook_deliveries_total:
    'Webhook deliveries by result (stored, bad-signature, malformed, too-large, unavailable)',
  tthc_webhook_events_total: 'Events by result (stored, duplicate, or the name of an ignored kind)',
  tthc_interactions_total: 'Handled events by decision',
  tthc_outbound_total: 'Outbound messages by result',
  tthc_alarms_total: 'Conditions that need a person',
  tthc_limited_total: "Events beyond a citizen's allowance: one polite line, then silence",
  tthc_webhook_seconds: 'Time from request to acknowledgement',
  tthc_understanding_seconds: 'Time to understand one event and decide about it',
  tthc_reply_seconds: 'Time from receiving an event to handing the reply to the platform',
  tthc_queue_items: 'Items in a queue by state',
  tthc_queue_oldest_seconds: 'Age of the oldest item that could run',
};

export interface MetricsRegistry extends Metrics {
  /** Takes all values of a gauge away: none is better than one of long ago. */
  clear(name: GaugeName): void;
  /** Prometheus text. */
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const register = <T>(
    table: Record<string, readonly string[]>,
    make: (name: string, labels: string[]) => T,
  ) => new Map(Object.entries(table).map(([name, labels]) => [name, make(name, [...labels])] as const));
  const helpOf = (name: string) => help[name as keyof typeof help];
  const allCounters = register(
    counters,
    (name, labelNames) => new Counter({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  const allHistograms = register(
    histograms,
    (name, labelNames) =>
      new Histogram({
        name,
        help: helpOf(name),
        labelNames,
        registers: [registry],
        buckets: [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5, 30],
      }),
  );
  const allGauges = register(
    gauges,
    (name, labelNames) => new Gauge({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  return {
    count: (name, labels = {}, by = 1) => allCounters.get(name)?.inc(labels, by),
    observe: (name, seconds, labels = {}) => allHistograms.get(name)?.observe(labels, seconds),
    gauge: (name, value, labels = {}) => allGauges.get(name)?.set(labels, value),
    clear: (name) => allGauges.get(name)?.reset(),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
