import type { OutreachItem, SnapshotPeriod } from '../snapshot.ts';
import type { Quota } from '../report-unit.ts';
import type { Table } from './model.ts';
import { label, type Wording } from './wording.ts';

const dayMs = 86_400_000;
const daysPer = { week: 7, month: 365.25 / 12, quarter: 365.25 / 4 };

/** How many a quota asks for over a period, rounded down: a part of a week owes nothing. */
export function owedIn({ per, atLeast }: Quota, { from, to }: Pick<SnapshotPeriod, 'from' | 'to'>): number {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  return Math.floor(days / daysPer[per] + 0.05) * atLeast;
}

/** Items of the register by kind, beside what the plan asks for. */
export function quotaTable(
  items: readonly OutreachItem[],
  quotas: readonly Quota[],
  period: SnapshotPeriod,
  words: Wording,
): Table {
  const kinds = [...new Set([...quotas.map(({ kind }) => kind), ...items.map(({ kind }) => kind)])];
  return {
    id: 'outreach_kinds',
    title: words.say('caption.outreach_kinds'),
    columns: [
      { title: words.say('column.order'), kind: 'order', width: 8 },
      { title: words.say('column.kind'), kind: 'text', width: 47 },
      { title: words.say('column.done'), kind: 'count', width: 15 },
      { title: words.say('column.quota'), kind: 'count', width: 15 },
      { title: words.say('column.quota_met'), kind: 'text', width: 15 },
    ],
    rows: kinds.map((kind, index) => {
      const done = items.filter((item) => item.kind === kind).length;
      const asked = quotas.filter((quota) => quota.kind === kind);
      const owed = asked.reduce((sum, quota) => sum + owedIn(quota, period), 0);
      const met = asked.length === 0 ? null : words.say(done >= owed ? 'yes' : 'no');
      return [index + 1, label('outreach_kind', kind, words), done, asked.length === 0 ? null : owed, met];
    }),
    ...(quotas.length === 0 ? {} : { note: words.say('text.quota_note') }),
  };
}
