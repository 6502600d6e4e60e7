import { addDays } from '../../core/clock.ts';
import type { Narrative } from '../../core/report.ts';
import { formatCount, formatShare, shareOf } from '../format-number.ts';
import { parsePeriod, type Period } from '../period.ts';
import type { ReportForm } from '../report-unit.ts';
import type { Snapshot } from '../snapshot.ts';
import {
  composeAnnexes,
  composeSheets,
  difficultyTables,
  nameTopTopics,
  type AnnexInput,
} from './annexes.ts';
import { themeTable, topicTable, wordTable } from './keyed-tables.ts';
import type { Block, Chart, ReportDocument, Table } from './model.ts';
import { askedFor, channelTable, compareFigures, overviewTable } from './overview-tables.ts';
import { quotaTable } from './quota-table.ts';
import { label, namePeriod, nameWindow, type Wording } from './wording.ts';

export interface DocumentInput {
  snapshot: Snapshot;
  snapshotHash: string;
  narrative: Narrative;
  form: ReportForm;
  /** As the clerk gave it; null leaves room to write by hand. */
  number: string | null;
  /** `YYYY-MM-DD`; null leaves room. */
  issuedOn: string | null;
  version: number;
  /** Themes of the communication plans, in the order in which they are shown. */
  themes: readonly string[];
  /** Topics about complaints and suggestions, whose questions are counted apart. */
  feedbackTopics: readonly string[];
  /** Whether opened links can be counted here. */
  countsLinks: boolean;
  words: Wording;
}

/** Puts a report together: heading, parts I to V, annexes. Pure: the same input gives the same document. */
export function composeDocument(input: DocumentInput): ReportDocument {
  const { snapshot, form, words } = input;
  const compared = compareFigures(snapshot);
  const annexInput: AnnexInput = {
    snapshot,
    snapshotHash: input.snapshotHash,
    compared,
    themes: input.themes,
    words,
  };
  const period = periodOf(snapshot);
  const periodName = namePeriod(period, words);
  const title = form.title.replaceAll('{period}', periodName);
  const window = nameWindow(snapshot.period, words);
  const issuer = form.issuerName;
  const opening =
    form.plan === null
      ? words.say('opening_no_plan', { issuer, title: lowerFirst(title), window })
      : words.say('opening', { plan: form.plan, issuer, period: periodName, window });
  return {
    superior: form.superior,
    issuer: form.issuer,
    number: words.say('number', { number: input.number ?? '      ', symbol: form.symbol }),
    placeDate: placeDate(form.place, input.issuedOn, words),
    title,
    addressees: addressLines(form.addressees, words),
    opening:
      snapshot.units.length === 1
        ? opening
        : `${opening} ${words.say('opening_province', { units: snapshot.units.length, window })}`,
    body: [
      ...(input.version > 1
        ? [{ kind: 'note' as const, text: words.say('version_note', { number: input.version - 1 }) }]
        : []),
      ...composeBody(input, annexInput, period),
    ],
    closing: words.say('closing', { title: lowerFirst(title), issuer }),
    recipients: listLines(form.recipients),
    signer: form.signer,
    signerName: form.signerName ?? '',
    annexOf: words.say('annex_of', { symbol: form.symbol, issuer }),
    annexes: composeAnnexes(annexInput),
    sheets: composeSheets(annexInput),
    template: form.template,
    extract: composeExtract(annexInput, issuer, periodName, window),
  };
}

/** One addressee on the same line, several one below the other. */
function addressLines(names: readonly string[], words: Wording): string[] {
  const [only, ...others] = names;
  if (only === undefined) return [];
  return others.length === 0
    ? [words.say('addressee', { name: only })]
    : [words.say('addressees'), ...listLines(names)];
}

/** `- Như trên;` … `- Lưu: VT.` */
function listLines(names: readonly string[]): string[] {
  return names.map((name, index) => `- ${name}${index === names.length - 1 ? '.' : ';'}`);
}

function periodOf({ period }: Snapshot): Period {
  // The name and kind follow from the id; the days are those that were counted.
  return { ...parsePeriod(period.id, 'standard'), firstDay: period.firstDay, lastDay: period.lastDay };
}

function composeBody(input: DocumentInput, annexInput: AnnexInput, period: Period): Block[] {
  const { narrative, words } = input;
  const section = (key: string): Block => ({ kind: 'section', text: words.say(`heading.${key}`) });
  return [
    section('direction'),
    ...written(narrative.direction, words),
    section('results'),
    ...mediaBlocks(input),
    ...assistantBlocks(input, annexInput, period),
    ...forwardedBlocks(annexInput),
    ...outOfHoursBlocks(annexInput),
    ...contentBlocks(annexInput),
    section('feedback'),
    ...feedbackBlocks(input, annexInput),
    section('difficulties'),
    ...written(narrative.difficulties, words),
    ...tables(difficultyTables(annexInput).map(shorten)),
    section('tasks'),
    { kind: 'clause', text: words.say('heading.next') },
    ...written(narrative.tasks, words),
    { kind: 'clause', text: words.say('heading.proposals') },
    ...written(narrative.proposals, words),
  ];
}

/** What staff wrote, a paragraph per line; the place to write where they have not. */
function written(text: string, words: Wording): Block[] {
  const lines = text.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  return filled.length === 0
    ? [{ kind: 'note', text: words.say('staff_blank') }]
    : filled.map((line) => ({ kind: 'paragraph', text: line }));
}

const tables = (given: readonly Table[]): Block[] =>
  given.filter(({ rows }) => rows.length > 0).map((table) => ({ kind: 'table', table }));

/** What stands first; the whole table is in the annex. */
const shorten = (table: Table): Table => ({ ...table, rows: table.rows.slice(0, 5) });

function mediaBlocks({ snapshot, form, narrative, words }: DocumentInput): Block[] {
  const items = snapshot.units.flatMap(({ outreach }) => outreach);
  const table = quotaTable(items, form.quotas, snapshot.period, words);
  return [
    { kind: 'clause', text: words.say('heading.media') },
    ...(table.rows.length === 0
      ? [{ kind: 'paragraph' as const, text: words.say('text.outreach_none') }]
      : tables([table])),
    ...written(narrative.media, words),
  ];
}

function assistantBlocks(input: DocumentInput, annexInput: AnnexInput, period: Period): Block[] {
  const { snapshot, words, themes } = input;
  const { compared } = annexInput;
  const { current } = compared;
  const given = formatCount(current.sum('links-given'));
  return [
    { kind: 'clause', text: words.say('heading.assistant') },
    {
      kind: 'paragraph',
      text: words.say('text.assistant', {
        citizens: formatCount(current.count('citizens')),
        sessions: formatCount(current.count('guidance-sessions')),
        interactions: formatCount(current.count('interactions')),
        answered: formatCount(current.count('answered')),
        share: formatShare(shareOf(current.count('answered'), askedFor(current))),
      }),
    },
    ...tables([overviewTable(compared, words), channelTable(compared, words)]),
    ...chartOf(weekChart(current.byKey('day-sessions'), period, words)),
    ...chartOf(decisionChart(annexInput)),
    ...tables([
      topicTable('top_topics', current, snapshot.topics, words, 10),
      themeTable(
        'asked_themes',
        current,
        themes.filter((theme) => current.ofKey('theme-interactions', theme) > 0),
        words,
      ),
    ]),
    {
      kind: 'paragraph',
      text: input.countsLinks
        ? words.say('text.links', { given, opened: formatCount(current.sum('links-opened')) })
        : words.say('text.links_uncounted', { given }),
    },
    { kind: 'note', text: words.say('log_note') },
  ];
}

const chartOf = (chart: Chart): Block[] =>
  chart.bars.some(({ value }) => value > 0) ? [{ kind: 'chart', chart }] : [];

/** Sessions by week of the period, the first beginning on its first day. Long periods are drawn by month. */
function weekChart(
  days: readonly { key: string; value: number }[],
  { firstDay, lastDay }: Period,
  words: Wording,
): Chart {
  const span = (Date.parse(lastDay) - Date.parse(firstDay)) / 86_400_000;
  const step = span <= 200 ? 7 : 30.5;
  const counts = Array.from({ length: Math.ceil((span + 1) / step) }, () => 0);
  for (const { key, value } of days) {
    const index = Math.floor((Date.parse(key) - Date.parse(firstDay)) / 86_400_000 / step);
    if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + value;
  }
  return {
    title: words.say('caption.weeks'),
    bars: counts.map((value, index) => {
      const [, month = '', day = ''] = addDays(firstDay, Math.round(index * step)).split('-');
      return { label: `${Number(day)}/${Number(month)}`, value };
    }),
  };
}

function decisionChart({ compared: { current }, words }: AnnexInput): Chart {
  return {
    title: words.say('caption.decisions'),
    bars: ['answered', 'asked-back', 'not-understood', 'handed-over'].map((metric) => ({
      label: words.say(`metric.${metric}.name`),
      value: current.count(metric),
    })),
  };
}

function forwardedBlocks({ compared: { current }, words }: AnnexInput): Block[] {
  const came = current.byKey('outreach-citizens');
  return [
    { kind: 'clause', text: words.say('heading.forwarded') },
    {
      kind: 'paragraph',
      text:
        came.length === 0
          ? words.say('text.forwarded_none')
          : words.say('text.forwarded', {
              citizens: formatCount(current.sum('outreach-citizens')),
              items: formatCount(came.length),
            }),
    },
  ];
}

function outOfHoursBlocks({ snapshot: { units }, words }: AnnexInput): Block[] {
  const inside = units.reduce((sum, { officeTime }) => sum + officeTime.inside, 0);
  const outside = units.reduce((sum, { officeTime }) => sum + officeTime.outside, 0);
  return [
    { kind: 'clause', text: words.say('heading.out_of_hours') },
    {
      kind: 'paragraph',
      text:
        inside + outside === 0
          ? words.say('text.out_of_hours_unknown')
          : words.say('text.out_of_hours', {
              outside: formatCount(outside),
              share: formatShare(shareOf(outside, inside + outside)),
            }),
    },
  ];
}

function contentBlocks({ snapshot: { units }, compared: { current }, words }: AnnexInput): Block[] {
  // Content belongs to the deployment, not to a unit.
  const content = units[0]?.content;
  return [
    { kind: 'clause', text: words.say('heading.content') },
    {
      kind: 'paragraph',
      text: words.say('text.content', {
        published: formatCount(content?.published ?? 0),
        reviewed: formatCount(content?.reviewed.length ?? 0),
        acts: formatCount(current.sum('content-published')),
        expiring: formatCount(content?.expiring.length ?? 0),
        expired: formatCount(content?.expired.length ?? 0),
      }),
    },
  ];
}

function feedbackBlocks({ feedbackTopics, snapshot, words }: DocumentInput, annexInput: AnnexInput): Block[] {
  const { current } = annexInput.compared;
  const topics = feedbackTopics.map((topic) => ({
    name: snapshot.topics[topic] ?? '',
    value: current.ofKey('topic-interactions', topic),
  }));
  const asked = {
    ...wordTable(
      'feedback_topics',
      topics.filter(({ value }) => value > 0),
      {
        name: words.say('column.topic'),
        value: words.say('column.interactions'),
        share: words.say('column.share'),
      },
    ),
    title: words.say('caption.feedback_topics'),
  };
  const judged = {
    ...wordTable(
      'satisfaction',
      ['confirmed-helpful', 'not-helpful'].map((metric) => ({
        name: words.say(`metric.${metric}.name`),
        value: current.count(metric),
      })),
      {
        name: words.say('column.item'),
        value: words.say('column.count'),
        share: words.say('column.share'),
      },
    ),
    title: words.say('caption.satisfaction'),
    note: words.say('text.satisfaction'),
  };
  return [
    { kind: 'paragraph', text: words.say('text.feedback') },
    ...tables([asked, judged]),
    { kind: 'paragraph', text: describeHandovers(annexInput) },
  ];
}

function describeHandovers({ snapshot, compared: { current }, words }: AnnexInput): string {
  const answered = current.count('handovers-answered');
  const unanswered = current.count('handovers-unanswered');
  const asked = formatCount(answered + unanswered);
  const median = current.find('reply-minutes-median');
  if (answered + unanswered === 0) return words.say('text.handovers_none');
  if (answered === 0) return words.say('text.handovers_unanswered', { asked });
  if (median === undefined || snapshot.units.length > 1) {
    return words.say('text.handovers_units', {
      asked,
      answered: formatCount(answered),
      unanswered: formatCount(unanswered),
    });
  }
  return words.say('text.handovers', {
    asked,
    answered: formatCount(answered),
    unanswered: formatCount(unanswered),
    median: formatCount(median),
    p90: formatCount(current.find('reply-minutes-p90') ?? median),
  });
}

/** The paragraph for the larger report, at most 120 words where the topics' names are not long. */
function composeExtract(input: AnnexInput, issuer: string, period: string, window: string): string {
  const {
    snapshot: { units },
    compared: { current },
    words,
  } = input;
  const topics = nameTopTopics(input, 3);
  return words.say('text.extract', {
    period,
    issuer,
    window,
    citizens: formatCount(current.count('citizens')),
    sessions: formatCount(current.count('guidance-sessions')),
    interactions: formatCount(current.count('interactions')),
    share: formatShare(shareOf(current.count('answered'), askedFor(current))),
    handed: formatCount(current.count('handed-over')),
    topics: topics === '' ? '' : words.say('text.extract_topics', { topics }),
    outreach: formatCount(units.reduce((sum, { outreach }) => sum + outreach.length, 0)),
    attributed: formatCount(current.sum('outreach-citizens')),
  });
}

/** Room to write by hand where the date is open; a leading zero for days under 10 and for January and February only. */
function placeDate(place: string, issuedOn: string | null, words: Wording): string {
  if (issuedOn === null) {
    return words.say('place_date', { place, day: '    ', month: '    ', year: '20  ' });
  }
  const [year = '', month = '', day = ''] = issuedOn.split('-');
  return words.say('place_date', { place, year, day, month: Number(month) <= 2 ? month : Number(month) });
}

/** Within a sentence. */
const lowerFirst = (text: string) => text.slice(0, 1).toLocaleLowerCase('vi') + text.slice(1);

/** Texts made from the figures, for staff to go on from. */
export function prepareNarrative(snapshot: Snapshot, words: Wording): Narrative {
  const { current } = compareFigures(snapshot);
  const missed = current.count('not-understood');
  const nearest = current
    .byKey('unanswered-near-topic')
    .filter(({ key }) => key !== '')
    .slice(0, 3)
    .map(({ key }) => snapshot.topics[key] ?? key)
    .join('; ');
  const judged = current.count('not-helpful');
  const reason = current.byKey('not-helpful-reasons')[0]?.key ?? '';
  const waiting = current.count('handovers-unanswered');
  const failed = current.sum('failed-deliveries');
  const median = current.find('reply-minutes-median');
  const content = snapshot.units[0]?.content;
  const old = (content?.expiring.length ?? 0) + (content?.expired.length ?? 0);
  const difficulties = [
    ...(missed === 0
      ? []
      : [
          nearest === ''
            ? words.say('prepared.difficulties_unanswered_plain', { count: formatCount(missed) })
            : words.say('prepared.difficulties_unanswered', { count: formatCount(missed), topics: nearest }),
        ]),
    ...(judged === 0
      ? []
      : [
          words.say('prepared.difficulties_not_helpful', {
            count: formatCount(judged),
            reason: label('reason', reason === '' ? 'not_given' : reason, words),
          }),
        ]),
    ...(waiting === 0 ? [] : [words.say('prepared.difficulties_handover', { count: formatCount(waiting) })]),
    ...(failed === 0 ? [] : [words.say('prepared.difficulties_failed', { count: formatCount(failed) })]),
  ];
  return {
    direction: '',
    media: '',
    difficulties: (difficulties.length === 0 ? [words.say('prepared.difficulties_none')] : difficulties).join(
      '\n',
    ),
    tasks: [
      ...(nearest === '' ? [] : [words.say('prepared.tasks_topics', { topics: nearest })]),
      ...(old === 0 ? [] : [words.say('prepared.tasks_expiring', { count: formatCount(old) })]),
      ...(median === undefined
        ? []
        : [words.say('prepared.tasks_handover', { median: formatCount(median) })]),
      words.say('prepared.tasks_keep'),
    ].join('\n'),
    proposals: words.say('prepared.proposals'),
  };
}
