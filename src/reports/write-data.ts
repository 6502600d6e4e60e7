import { readFigures, type FigureRow } from './figures.ts';
import { formatCsv } from './format-csv.ts';
import type { ReportDocument } from './document/model.ts';
import { label, type Wording } from './document/wording.ts';
import { addUnits, type Snapshot } from './snapshot.ts';

/** Every value of the report, one row each: what it is, of which unit and channel, now, before and last year. */
export function writeCsv(snapshot: Snapshot, words: Wording): string {
  const head = [
    ...['unit', 'period', 'first_day', 'last_day', 'metric', 'name', 'channel', 'key', 'label'],
    ...['value', 'previous', 'last_year'],
  ];
  const rows = snapshot.units.flatMap(({ unit, current, previous, lastYear }) => {
    const before = index(previous);
    const aYearAgo = index(lastYear);
    return current.map((row) => [
      unit.id,
      snapshot.period.id,
      snapshot.period.firstDay,
      snapshot.period.lastDay,
      row.metric,
      words.say(`metric.${row.metric}.name`),
      row.channel ?? '',
      row.key ?? '',
      labelOf(row, snapshot, words),
      row.value,
      before.get(idOf(row)) ?? 0,
      aYearAgo.get(idOf(row)) ?? 0,
    ]);
  });
  return formatCsv([head, ...rows]);
}

const idOf = ({ metric, channel, key }: FigureRow) => [metric, channel ?? '', key ?? ''].join('\n');
const index = (rows: readonly FigureRow[]) => new Map(rows.map((row) => [idOf(row), row.value]));

function labelOf({ metric, channel, key }: FigureRow, { topics }: Snapshot, words: Wording): string {
  if (key === null) return channel === null ? '' : label('channel', channel, words);
  if (metric.startsWith('topic-') || metric.endsWith('-topic') || metric.endsWith('-topics')) {
    return topics[key] ?? key;
  }
  const set = {
    theme: 'theme',
    aspect: 'aspect',
    'not-helpful-reasons': 'reason',
    'failed-deliveries': 'status',
  };
  const found = Object.entries(set).find(([start]) => metric.startsWith(start));
  return found === undefined ? key : label(found[1], key, words);
}

/** What a report is beside its figures, for the json. */
export interface ReportState {
  version: number | null;
  status: 'live' | 'draft' | 'approved';
  snapshotHash: string;
}

/** The figures for programs. `totals` to `topics` sum up what people look for first; `units` holds every value. */
export function writeJson(
  snapshot: Snapshot,
  document: ReportDocument,
  { version, status, snapshotHash }: ReportState,
): string {
  const rows = addUnits(snapshot.units, 'current');
  const figures = readFigures(rows);
  const totalsOf = (channel?: string) => ({
    interactions: figures.count('interactions', channel),
    answers: figures.count('answered', channel),
    citizens: figures.count('citizens', channel),
    guidanceSessions: figures.count('guidance-sessions', channel),
  });
  const decisions = {
    ...{ answer: 'answered', clarify: 'asked-back', fallback: 'not-understood', handover: 'handed-over' },
    ...{ sensitive: 'sensitive', unsupported: 'unsupported', smalltalk: 'smalltalk', silent: 'with-officer' },
  };
  const [only] = snapshot.units;
  const report = {
    ...(snapshot.units.length === 1 ? { unit: only?.unit } : {}),
    period: snapshot.period,
    previous: snapshot.previous,
    lastYear: snapshot.lastYear,
    ...{ version, status, takenAt: snapshot.takenAt, contentVersion: snapshot.contentVersion, snapshotHash },
    totals: totalsOf(),
    channels: figures.channels.map((channel) => ({ channel, ...totalsOf(channel) })),
    decisions: Object.entries(decisions)
      .map(([decision, metric]) => ({ decision, interactions: figures.count(metric) }))
      .filter(({ interactions }) => interactions > 0),
    topics: figures.byKey('topic-interactions').map(({ key, value }) => ({
      topic: key,
      name: snapshot.topics[key] ?? key,
      interactions: value,
      citizens: figures.ofKey('topic-citizens', key),
    })),
    extract: document.extract,
    units: snapshot.units,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
