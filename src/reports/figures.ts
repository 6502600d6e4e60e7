/** One value of one metric in one interval. */
export interface FigureRow {
  metric: string;
  /** Null: all channels together. */
  channel: string | null;
  /** What the metric is told apart by: a topic, a theme, a day …; null for a plain number. */
  key: string | null;
  value: number;
}

/** Looks values up; what was not counted is 0, what cannot be known (an average of nothing) is undefined. */
export interface Figures {
  /** A plain number, of one channel or of all; 0 when there is none. */
  count(metric: string, channel?: string): number;
  /** A plain number where "nothing" differs from 0. */
  find(metric: string): number | undefined;
  /** Rows told apart by key, highest first. */
  byKey(metric: string): { key: string; value: number }[];
  ofKey(metric: string, key: string): number;
  /** Sum over all keys. */
  sum(metric: string): number;
  readonly channels: readonly string[];
}

export function readFigures(rows: readonly FigureRow[]): Figures {
  const plain = new Map<string, number>();
  const keyed = new Map<string, Map<string, number>>();
  const channels = new Set<string>();
  for (const { metric, channel, key, value } of rows) {
    if (channel !== null) channels.add(channel);
    if (key === null) {
      plain.set(`${metric}\n${channel ?? ''}`, value);
      continue;
    }
    const values = keyed.get(metric) ?? new Map<string, number>();
    values.set(key, (values.get(key) ?? 0) + value);
    keyed.set(metric, values);
  }
  return {
    count: (metric, channel) => plain.get(`${metric}\n${channel ?? ''}`) ?? 0,
    find: (metric) => plain.get(`${metric}\n`),
    byKey: (metric) =>
      [...(keyed.get(metric) ?? [])]
        .map(([key, value]) => ({ key, value }))
        .sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1)),
    ofKey: (metric, key) => keyed.get(metric)?.get(key) ?? 0,
    sum: (metric) => [...(keyed.get(metric)?.values() ?? [])].reduce((total, value) => total + value, 0),
    channels: [...channels].sort(),
  };
}
