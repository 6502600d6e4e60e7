import type { LogEntry } from '../../core/conversation-log.ts';
import { formatCsv } from '../../reports/format-csv.ts';
import { formatInstant } from '../format-time.ts';
import { aspectName, channelName } from '../log-words.ts';
import type { Answer, UnitContext } from '../route.ts';
import { daysOf, toFilter, type LogQuery } from './log-query.ts';
import { writeSheet } from './write-sheet.ts';

/** Rows of one file at most: a workbook is made in memory, all at once. */
export const exportLimits = { csv: 50_000, xlsx: 5_000 };

type ExportedEntry = LogEntry & { replyText: string };

/** The rows of a filter as a file. Citizens' words are masked as everywhere; the export is recorded. */
export async function exportLog(
  context: UnitContext,
  query: LogQuery,
  format: keyof typeof exportLimits,
): Promise<Answer> {
  const { t, stores, now, unit } = context;
  const header = columns(context).map(({ label }) => label);
  const rows: string[][] = [];
  for await (const page of stores.log.export(toFilter(query, now), exportLimits[format])) {
    rows.push(...page.map((entry) => columns(context).map(({ value }) => value(entry))));
  }
  const { text: searched, ...rest } = query;
  await context.change({ action: 'conversations.export', subject: `unit:${unit.id}` }, async () => ({
    before: null,
    // What was searched for may be a citizen's words.
    after: { format, rows: rows.length, filter: { ...rest, text: searched !== '' } },
    result: undefined,
  }));
  const { from, to } = daysOf(query, now);
  const name = `hoi-thoai-${unit.id}-${from}-${to}.${format}`;
  if (format === 'csv') {
    return {
      kind: 'file',
      name,
      type: 'text/csv; charset=utf-8',
      body: Buffer.from(formatCsv([header, ...rows])),
    };
  }
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { kind: 'file', name, type, body: await writeSheet(t('staff-conversations:title'), header, rows) };
}

function columns({ t, services }: UnitContext): { label: string; value: (entry: ExportedEntry) => string }[] {
  const say = (key: string) => t(`staff-conversations:${key}`);
  return [
    { label: say('at'), value: ({ receivedAt }) => formatInstant(receivedAt) },
    { label: say('channel'), value: ({ channel }) => channelName(channel, t) },
    { label: say('citizen'), value: ({ citizen }) => citizen },
    { label: say('words'), value: ({ maskedText, erased }) => maskedText ?? (erased ? say('erased') : '') },
    { label: say('decision'), value: ({ decision }) => t(`decision.${decision}`) },
    { label: say('topic'), value: ({ topic }) => (topic === null ? '' : services.topicName(topic)) },
    { label: say('aspect'), value: ({ aspect }) => (aspect === null ? '' : aspectName(aspect, t)) },
    {
      label: say('confidence'),
      value: ({ confidence }) => (confidence === null ? '' : confidence.toFixed(2)),
    },
    { label: say('reply'), value: ({ replyText }) => replyText },
    {
      label: say('feedback'),
      value: ({ helpful }) => (helpful === null ? '' : say(helpful ? 'helpful' : 'not_helpful')),
    },
    { label: say('outreach'), value: ({ outreach }) => outreach ?? '' },
    { label: say('labels'), value: ({ labels }) => labels.join('; ') },
    { label: say('content_version'), value: ({ contentVersion }) => contentVersion },
    { label: say('id'), value: ({ id }) => id },
  ];
}
