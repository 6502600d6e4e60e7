/** Every metric of the system by its Prometheus name, with the labels it takes: no other can be written down. */

export const counters = {
  tthc_webhook_deliveries_total: ['channel', 'result'],
  tthc_webhook_events_total: ['channel', 'result'],
  tthc_interactions_total: ['channel', 'decision'],
  tthc_outbound_total: ['channel', 'result'],
  tthc_alarms_total: ['kind'],
  tthc_limited_total: ['channel'],
} as const;

export const histograms = {
  tthc_webhook_seconds: ['channel'],
  tthc_understanding_seconds: [],
  tthc_reply_seconds: ['channel'],
} as const;

export const gauges = {
  tthc_queue_items: ['queue', 'state'],
  tthc_queue_oldest_seconds: ['queue'],
} as const;

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;
export type GaugeName = keyof typeof gauges;
