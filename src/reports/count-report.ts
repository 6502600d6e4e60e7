import { formatCsv } from './format-csv.ts';
import type { Period } from './period.ts';

/** Figures of one unit and period as the log gives them. */
export interface CountReport {
  unit: { id: string; name: string };
  period: { id: string; firstDay: string; lastDay: string; from: string; to: string };
  totals: { interactions: number; answers: number; citizens: number; guidanceSessions: number };
  channels: {
    channel: string;
    interactions: number;
    answers: number;
    citizens: number;
    guidanceSessions: number;
  }[];
  decisions: { decision: string; interactions: number }[];
  topics: { topic: string; interactions: number }[];
  counts: { channel: string; topic: string | null; decision: string; interactions: number }[];
}

interface Counts {
  counts: CountReport['counts'];
  channels: CountReport['channels'];
}

/** Puts the log's counts into one report; citizens are distinct per channel, since pseudonyms differ by channel. */
export function createCountReport(unit: CountReport['unit'], period: Period, read: Counts): CountReport {
  const sum = (key: 'interactions' | 'answers' | 'citizens' | 'guidanceSessions') =>
    read.channels.reduce((total, channel) => total + channel[key], 0);
  return {
    unit,
    period: {
      id: period.id,
      firstDay: period.firstDay,
      lastDay: period.lastDay,
      from: period.from.toISOString(),
      to: period.to.toISOString(),
    },
    totals: {
      interactions: sum('interactions'),
      answers: sum('answers'),
      citizens: sum('citizens'),
      guidanceSessions: sum('guidanceSessions'),
    },
    channels: read.channels,
    decisions: sumBy(read.counts, (row) => row.decision).map(([decision, interactions]) => ({
      decision,
      interactions,
    })),
    topics: sumBy(
      read.counts.filter((row) => row.topic !== null),
      (row) => row.topic ?? '',
    ).map(([topic, interactions]) => ({ topic, interactions })),
    counts: read.counts,
  };
}

/** One row per channel, topic and decision. */
export function formatCountReportCsv(report: CountReport): string {
  const header = ['unit', 'period', 'first_day', 'last_day', 'channel', 'topic', 'decision', 'interactions'];
  const { unit, period } = report;
  return formatCsv([
    header,
    ...report.counts.map((row) => [
      unit.id,
      period.id,
      period.firstDay,
      period.lastDay,
      row.channel,
      row.topic ?? '',
      row.decision,
      row.interactions,
    ]),
  ]);
}

function sumBy<T extends { interactions: number }>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): [string, number][] {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.interactions);
  return [...sums].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
}
