import type { Translator } from '../translator.ts';
import type { ImportReport } from './import-catalogue.ts';

const listedAtMost = 30;

/** The report of an import as a person reads it: counts, what was refused and why, what changed, what to look at. */
export function formatImportReport(report: ImportReport, seconds: number, t: Translator): string {
  const say = (key: string, values: Record<string, string | number> = {}) =>
    t('vi', `catalogue:report.${key}`, values);
  const { dumpDate: date, accepted, commune, unchanged, refused, added, changed, removed, warnings } = report;
  const lines = [say('title', { date, accepted, commune, seconds: seconds.toFixed(1) })];
  if (!report.dateGiven) lines.push(say('date_from_file', { date }));
  lines.push(
    say('changes', { added: added.length, changed: changed.length, removed: removed.length, unchanged }),
  );
  if (refused.length > 0) {
    lines.push('', say('refused', { count: refused.length }));
    const shown = refused.map(({ line, code, reason, name }) =>
      say('refused_line', { line, code: code ?? '-', reason: say(`reason.${reason}`), name: name ?? '' }),
    );
    lines.push(...limit(shown, say, 100));
  }
  // A first import adds everything: the counts say that already.
  if (added.length < accepted)
    lines.push(
      ...list(
        'added',
        added.map(({ code, name }) => `${code}  ${name}`),
        say,
      ),
    );
  lines.push(
    ...list(
      'changed',
      changed.map(({ code, name, fields }) => `${code}  ${name}  [${fields.join(', ')}]`),
      say,
    ),
  );
  lines.push(
    ...list(
      'removed',
      removed.map(({ code, name }) => `${code}  ${name}`),
      say,
    ),
  );
  const terms = Object.entries(report.staleTerms)
    .sort(([, one], [, other]) => other - one)
    .map(([term, count]) => `${term} ${count}`)
    .join(', ');
  const warned = Object.entries(warnings)
    .filter(([, codes]) => codes.length > 0)
    .map(([code, codes]) => `- ${say(code, { count: codes.length, terms })}`);
  if (warned.length > 0) lines.push('', say('warnings'), ...warned);
  return `${lines.join('\n')}\n`;
}

type Say = (key: string, values?: Record<string, string | number>) => string;

function list(key: 'added' | 'changed' | 'removed', lines: readonly string[], say: Say): string[] {
  return lines.length === 0 ? [] : ['', say(key), ...limit(lines, say)];
}

function limit(lines: readonly string[], say: Say, atMost = listedAtMost): string[] {
  const left = lines.length - atMost;
  return [
    ...lines.slice(0, atMost).map((line) => `- ${line}`),
    ...(left > 0 ? [say('and_more', { count: left })] : []),
  ];
}
