import { readFigures } from '../figures.ts';
import { shareOf } from '../format-number.ts';
import { metrics, measures } from '../metrics/metrics.ts';
import type { Snapshot } from '../snapshot.ts';
import { listTopics, themeTable, topicTable, wordTable } from './keyed-tables.ts';
import type { Annex, Block, Table } from './model.ts';
import { unitTable, type Compared } from './overview-tables.ts';
import { label, type Wording } from './wording.ts';

export interface AnnexInput {
  snapshot: Snapshot;
  snapshotHash: string;
  compared: Compared;
  themes: readonly string[];
  words: Wording;
}

/** What belongs to a report on paper beside its text. */
export function composeAnnexes(input: AnnexInput): Annex[] {
  const { snapshot, compared, themes, words } = input;
  const title = (key: string) => words.say(`annexes.${key}`);
  const single: Annex[] = [
    { title: title('themes'), blocks: [table(themeTable('themes', compared.current, themes, words))] },
    { title: title('outreach'), blocks: orNone(outreachTable(snapshot, compared, words), words) },
    { title: title('difficulties'), blocks: difficultyBlocks(input) },
    {
      title: title('topics'),
      blocks: [
        ...orNone(topicTable('topics', compared.current, snapshot.topics, words), words),
        ...orNone(fieldTable(input), words),
      ],
    },
    { title: title('evidence'), blocks: evidenceBlocks(input) },
  ];
  return snapshot.units.length === 1
    ? single
    : [{ title: title('units'), blocks: [table(unitTable(snapshot, words))] }, ...single];
}

const table = (of: Table): Block => ({ kind: 'table', table: of });

function orNone(of: Table, words: Wording): Block[] {
  return of.rows.length === 0 ? [{ kind: 'paragraph', text: words.say('none') }] : [table(of)];
}

/** The register of communication acts, with the citizens who came through each. */
function outreachTable({ units }: Snapshot, { current }: Compared, words: Wording): Table {
  return {
    id: 'outreach',
    title: words.say('caption.outreach'),
    columns: [
      { title: words.say('column.order'), kind: 'order', width: 5 },
      { title: words.say('column.day'), kind: 'day', width: 10 },
      { title: words.say('column.kind'), kind: 'text', width: 13 },
      { title: words.say('column.title'), kind: 'text', width: 28 },
      { title: words.say('column.place'), kind: 'text', width: 14 },
      { title: words.say('column.link'), kind: 'text', width: 14 },
      { title: words.say('column.reached'), kind: 'count', width: 8 },
      { title: words.say('column.attributed'), kind: 'count', width: 8 },
    ],
    rows: units
      .flatMap((unit) => unit.outreach)
      .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
      .map((item, index) => [
        index + 1,
        item.day,
        label('outreach_kind', item.kind, words),
        item.title,
        item.place,
        item.link,
        item.reached,
        current.ofKey('outreach-citizens', item.code),
      ]),
  };
}

function fieldTable({ compared: { current }, words }: AnnexInput): Table {
  const answered = current.sum('field-interactions');
  return {
    id: 'fields',
    title: words.say('caption.fields'),
    columns: [
      { title: words.say('column.field'), kind: 'text', width: 52 },
      { title: words.say('column.interactions'), kind: 'count', width: 16 },
      { title: words.say('column.citizens'), kind: 'count', width: 16 },
      { title: words.say('column.share'), kind: 'share', width: 16 },
    ],
    rows: current
      .byKey('field-interactions')
      .map(({ key, value }) => [
        key,
        value,
        current.ofKey('field-citizens', key),
        shareOf(value, answered) ?? null,
      ]),
  };
}

/** What citizens could not get, in three tables; those without a row are left out. */
export function difficultyTables({ snapshot, compared: { current }, words }: AnnexInput): Table[] {
  const rows = (metric: string, name: (key: string) => string) =>
    current.byKey(metric).map(({ key, value }) => ({ name: name(key), value }));
  const nearest = (key: string) => (key === '' ? words.say('no_topic') : (snapshot.topics[key] ?? key));
  const tables = [
    {
      ...wordTable('unanswered', rows('unanswered-near-topic', nearest), titles('topic', words)),
      title: words.say('caption.unanswered'),
    },
    {
      ...wordTable(
        'reasons',
        rows('not-helpful-reasons', (key) => label('reason', key === '' ? 'not_given' : key, words)),
        titles('reason', words),
      ),
      title: words.say('caption.reasons'),
    },
    {
      ...wordTable(
        'failed',
        rows('failed-deliveries', (key) => label('status', key, words)),
        titles('status', words),
      ),
      title: words.say('caption.failed'),
    },
  ];
  return tables.filter(({ rows: found }) => found.length > 0);
}

function titles(name: string, words: Wording): { name: string; value: string; share: string } {
  return {
    name: words.say(`column.${name}`),
    value: words.say('column.count'),
    share: words.say('column.share'),
  };
}

function difficultyBlocks(input: AnnexInput): Block[] {
  const tables = difficultyTables(input);
  return tables.length === 0
    ? [{ kind: 'paragraph', text: input.words.say('none') }]
    : tables.map((found) => table(found));
}

function evidenceBlocks({ snapshot, snapshotHash, words }: AnnexInput): Block[] {
  return [
    {
      kind: 'paragraph',
      text: words.say('text.evidence', {
        content: snapshot.contentVersion,
        taken: formatInstant(snapshot.takenAt),
        hash: snapshotHash,
      }),
    },
    table(sealTable(snapshot, words)),
    table(definitionTable(words)),
  ];
}

/** `14/9/2026 23:59:59`, Vietnam time. */
export function formatInstant(instant: string): string {
  const local = new Date(Date.parse(instant) + 7 * 3_600_000).toISOString();
  const [year = '', month = '', day = ''] = local.slice(0, 10).split('-');
  return `${day}/${month}/${year} ${local.slice(11, 19)}`;
}

/** Up to which seal was counted, and which seals hold the period's records. */
export function sealTable({ units }: Snapshot, words: Wording): Table {
  return {
    id: 'evidence',
    title: words.say('caption.evidence'),
    columns: [
      { title: words.say('column.unit'), kind: 'text', width: 16 },
      { title: words.say('column.seal_from'), kind: 'count', width: 10 },
      { title: words.say('column.seal_to'), kind: 'count', width: 10 },
      { title: words.say('column.seal_number'), kind: 'count', width: 10 },
      { title: words.say('column.sealed_at'), kind: 'text', width: 16 },
      { title: words.say('column.seal_hash'), kind: 'text', width: 38 },
    ],
    rows: units.map(({ unit, seal, sealRange }) => [
      unit.id,
      sealRange?.first ?? null,
      sealRange?.last ?? null,
      seal?.number ?? null,
      seal === null ? null : formatInstant(seal.sealedAt),
      seal?.hash ?? null,
    ]),
  };
}

/** What each figure means and what it does not show. */
export function definitionTable(words: Wording): Table {
  return {
    id: 'definitions',
    title: words.say('caption.definitions'),
    columns: [
      { title: words.say('column.name'), kind: 'text', width: 22 },
      { title: words.say('column.definition'), kind: 'text', width: 46 },
      { title: words.say('column.limits'), kind: 'text', width: 32 },
    ],
    rows: metrics.map(({ id }) => [
      words.say(`metric.${id}.name`),
      words.say(`metric.${id}.definition`),
      words.say(`metric.${id}.limits`),
    ]),
  };
}

/** Tables for spreadsheets only: long ones, and the queries behind the figures. */
export function composeSheets({ snapshot, compared: { current }, words }: AnnexInput): Table[] {
  return [
    {
      ...wordTable(
        'aspects',
        current
          .byKey('aspect-interactions')
          .map(({ key, value }) => ({ name: label('aspect', key, words), value })),
        titles('aspect', words),
      ),
      title: words.say('caption.aspects'),
    },
    linkTable(current, words),
    dayTable(current, words),
    queryTable(snapshot, words),
  ];
}

function linkTable(current: Compared['current'], words: Wording): Table {
  const urls = new Set(
    [...current.byKey('links-given'), ...current.byKey('links-opened')].map(({ key }) => key),
  );
  return {
    id: 'links',
    title: words.say('caption.links'),
    columns: [
      { title: words.say('column.link'), kind: 'text', width: 70 },
      { title: words.say('column.given'), kind: 'count', width: 15 },
      { title: words.say('column.opened'), kind: 'count', width: 15 },
    ],
    rows: [...urls].map((url) => [
      url,
      current.ofKey('links-given', url),
      current.ofKey('links-opened', url),
    ]),
  };
}

function dayTable(current: Compared['current'], words: Wording): Table {
  const days = current.byKey('day-interactions').sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    id: 'days',
    title: words.say('caption.days'),
    columns: [
      { title: words.say('column.day'), kind: 'day', width: 25 },
      { title: words.say('metric.interactions.name'), kind: 'count', width: 25 },
      { title: words.say('metric.answered.name'), kind: 'count', width: 25 },
      { title: words.say('metric.guidance-sessions.name'), kind: 'count', width: 25 },
    ],
    rows: days.map(({ key, value }) => [
      key,
      value,
      current.ofKey('day-answered', key),
      current.ofKey('day-sessions', key),
    ]),
  };
}

/** Figures that rest on a table which is not sealed. */
const unsealed = ['handovers-answered', 'handovers-unanswered', 'reply-minutes-median', 'reply-minutes-p90'];

/** Each figure with its value, its query and the seals that its rows lie in: an inspector can count it again. */
function queryTable(snapshot: Snapshot, words: Wording): Table {
  const ranges = snapshot.units.map(({ unit, seal, sealRange }) =>
    sealRange === null
      ? `${unit.id}: –`
      : `${unit.id}: ${sealRange.first}–${Math.min(sealRange.last, seal?.number ?? sealRange.last)}`,
  );
  const figures = readFigures(snapshot.units.length === 1 ? (snapshot.units[0]?.current ?? []) : []);
  return {
    id: 'queries',
    title: words.say('caption.definitions'),
    columns: [
      { title: words.say('column.code'), kind: 'text', width: 9 },
      { title: words.say('column.name'), kind: 'text', width: 10 },
      { title: words.say('column.value'), kind: 'count', width: 4 },
      { title: words.say('column.definition'), kind: 'text', width: 14 },
      { title: words.say('column.limits'), kind: 'text', width: 12 },
      { title: words.say('column.query'), kind: 'text', width: 43 },
      { title: words.say('column.sealed'), kind: 'text', width: 8 },
    ],
    sheetWidth: 240,
    rows: measures.flatMap(({ metrics: given, sql }) =>
      given.map(({ id, by }, index) => [
        id,
        words.say(`metric.${id}.name`),
        snapshot.units.length > 1 ? null : by === null ? (figures.find(id) ?? null) : figures.sum(id),
        words.say(`metric.${id}.definition`),
        words.say(`metric.${id}.limits`),
        // One query gives several figures; it is written once.
        index === 0
          ? sql.replace(/\s+/g, ' ').trim()
          : words.say('text.same_query', { code: given[0]?.id ?? '' }),
        unsealed.includes(id) ? words.say('no') : ranges.join('; '),
      ]),
    ),
  };
}

/** Names of the topics most asked about, for a sentence. */
export function nameTopTopics({ snapshot, compared: { current } }: AnnexInput, limit: number): string {
  return listTopics(current, snapshot.topics)
    .shown.slice(0, limit)
    .map(({ name }) => name)
    .join('; ');
}
