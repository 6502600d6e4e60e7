import { createHash } from 'node:crypto';
import { toCanonicalJson, type Json } from '../core/canonical-json.ts';
import { AppError } from '../core/errors.ts';
import { readFigureRows, type QueryRunner, type TopicSorting } from './figure-reader.ts';
import { readFigures, type FigureRow } from './figures.ts';
import { parsePeriod, previousPeriod, samePeriodLastYear, type Period } from './period.ts';
import type { ReportUnit } from './report-unit.ts';

/** An item of the outreach register, as the report shows it. */
export interface OutreachItem {
  code: string;
  /** Kind of item: article, video, poster … */
  kind: string;
  title: string;
  /** `YYYY-MM-DD`. */
  day: string;
  place: string | null;
  link: string | null;
  /** How many people it is thought to have reached, as staff estimated. */
  reached: number | null;
}

/** How well the answers are kept up, at the time the figures were taken. */
export interface ContentFacts {
  /** Topics that may be said now. */
  published: number;
  /** Ids of topics whose facts an officer went through within the period. */
  reviewed: readonly string[];
  /** Ids of topics whose validity or review date ends within 30 days, and those that are over. */
  expiring: readonly string[];
  expired: readonly string[];
}

/** The seal up to which a unit's records were counted. */
export interface SealPoint {
  number: number;
  /** The root to give to `evidence verify --root`. */
  hash: string;
  sealedAt: string;
  through: { readonly [kind: string]: number };
}

/** Figures of one unit. */
export interface UnitFigures {
  unit: { id: string; name: string };
  /** Null while nothing was ever written. */
  seal: SealPoint | null;
  /** Numbers of the seals that hold records of the period; null when there are none. */
  sealRange: { first: number; last: number } | null;
  current: readonly FigureRow[];
  previous: readonly FigureRow[];
  lastYear: readonly FigureRow[];
  /** Exchanges inside and outside office hours; unknown where the unit's hours are not confirmed. */
  officeTime: { inside: number; outside: number; unknown: number };
  content: ContentFacts;
  outreach: readonly OutreachItem[];
}

export interface SnapshotPeriod {
  id: string;
  firstDay: string;
  lastDay: string;
  from: string;
  to: string;
}

/**
 * Everything that a report's figures are made of, frozen: a report drawn from it is the same at any later time. Holds no
 * pseudonym and no word of a citizen, so erasure does not touch it.
 */
export interface Snapshot {
  v: 1;
  takenAt: string;
  contentVersion: string;
  period: SnapshotPeriod;
  previous: SnapshotPeriod;
  lastYear: SnapshotPeriod;
  units: readonly UnitFigures[];
  /** Names of the topics that occur, as they were called then. */
  topics: { readonly [id: string]: string };
}

/** Where the figures come from. */
export interface FigureSources {
  database: QueryRunner;
  now(): Date;
  contentVersion(): string;
  /** Seals all that is there now and tells up to where; undefined when the unit has no records. */
  sealNow(unitId: string): Promise<SealPoint | undefined>;
  sealRange(
    unitId: string,
    interval: { from: Date; to: Date },
  ): Promise<{ first: number; last: number } | null>;
  topics: TopicSorting & { nameOf(topic: string): string };
  /** Whether the unit's office is open in the half hour that begins then; undefined when nobody confirmed its hours. */
  isOfficeTime(unitId: string, day: string, minutes: number): boolean | undefined;
  contentFacts(period: Period): ContentFacts;
  outreachItems(unitId: string, period: Period): Promise<OutreachItem[]>;
}

/** Most units that one report may be about: all wards of the largest province and some more. */
const unitsAtMost = 400;

/**
 * Counts a period for one unit or several.
 * @throws AppError `invalid-input` for a malformed period, and for units that cut their periods differently.
 */
export async function takeSnapshot(
  units: readonly ReportUnit[],
  periodId: string,
  sources: FigureSources,
): Promise<Snapshot> {
  const cutOff = units[0]?.cutOff ?? 'standard';
  const different = units.find((unit) => unit.cutOff !== cutOff);
  if (different !== undefined || units.length === 0 || units.length > unitsAtMost) {
    throw new AppError(
      'invalid-input',
      different === undefined
        ? `Một báo cáo gồm từ 1 đến ${unitsAtMost} đơn vị.`
        : `Các đơn vị chốt số liệu khác nhau (${units[0]?.id ?? ''}: ${cutOff}, ${different.id}: ${different.cutOff}); sửa report.cutoff cho giống nhau rồi tổng hợp.`,
    );
  }
  const period = parsePeriod(periodId, cutOff);
  const previous = previousPeriod(period, cutOff);
  const lastYear = samePeriodLastYear(period, cutOff);
  const takenAt = sources.now();
  const figures: UnitFigures[] = [];
  for (const unit of units) {
    figures.push(await countUnit(unit, { period, previous, lastYear }, takenAt, sources));
  }
  const topicIds = new Set(figures.flatMap(topicsIn));
  return {
    v: 1,
    takenAt: takenAt.toISOString(),
    contentVersion: sources.contentVersion(),
    period: describe(period),
    previous: describe(previous),
    lastYear: describe(lastYear),
    units: figures,
    topics: Object.fromEntries([...topicIds].sort().map((id) => [id, sources.topics.nameOf(id)])),
  };
}

async function countUnit(
  unit: ReportUnit,
  { period, previous, lastYear }: Record<'period' | 'previous' | 'lastYear', Period>,
  asOf: Date,
  sources: FigureSources,
): Promise<UnitFigures> {
  const seal = await sources.sealNow(unit.id);
  const count = (interval: Period, which: 'all' | 'compared') =>
    readFigureRows(
      sources.database,
      { unitId: unit.id, from: interval.from, to: interval.to, through: seal?.through ?? {}, asOf },
      sources.topics,
      which,
    );
  const rows = await count(period, 'all');
  return {
    unit: { id: unit.id, name: unit.name },
    seal: seal ?? null,
    sealRange: await sources.sealRange(unit.id, period),
    // Half hours only serve to tell office time apart; a year has thousands of them.
    current: rows.filter(({ metric }) => metric !== 'half-hour-interactions'),
    previous: await count(previous, 'compared'),
    lastYear: await count(lastYear, 'compared'),
    officeTime: splitOfficeTime(unit.id, rows, sources),
    content: sources.contentFacts(period),
    outreach: (await sources.outreachItems(unit.id, period)).map(pickShown),
  };
}

/** Nothing of who entered an item, and none of its files. */
function pickShown({ code, kind, title, day, place, link, reached }: OutreachItem): OutreachItem {
  return { code, kind, title, day, place, link, reached };
}

function splitOfficeTime(
  unitId: string,
  rows: readonly FigureRow[],
  sources: FigureSources,
): UnitFigures['officeTime'] {
  const split = { inside: 0, outside: 0, unknown: 0 };
  for (const { key, value } of readFigures(rows).byKey('half-hour-interactions')) {
    const [day = '', halfHour = '0'] = key.split(' ');
    const isOpen = sources.isOfficeTime(unitId, day, Number(halfHour) * 30);
    split[isOpen === undefined ? 'unknown' : isOpen ? 'inside' : 'outside'] += value;
  }
  return split;
}

const topicMetrics = ['topic-interactions', 'not-helpful-topics', 'unanswered-near-topic'];

function topicsIn({ current, content }: UnitFigures): string[] {
  const counted = current.flatMap(({ metric, key }) =>
    topicMetrics.includes(metric) && key !== null && key !== '' ? [key] : [],
  );
  return [...counted, ...content.reviewed, ...content.expiring, ...content.expired];
}

function describe({ id, firstDay, lastDay, from, to }: Period): SnapshotPeriod {
  return { id, firstDay, lastDay, from: from.toISOString(), to: to.toISOString() };
}

/** The snapshot as it is stored and hashed. */
export function freezeSnapshot(snapshot: Snapshot): { snapshot: string; snapshotHash: string } {
  const text = toCanonicalJson(snapshot as unknown as Json);
  return { snapshot: text, snapshotHash: createHash('sha256').update(text).digest('hex') };
}

/**
 * A stored snapshot.
 * @throws AppError `conflict` when it is not the text that was hashed: somebody changed it in the database.
 */
export function thawSnapshot({
  snapshot,
  snapshotHash,
}: {
  snapshot: string;
  snapshotHash: string;
}): Snapshot {
  if (createHash('sha256').update(snapshot).digest('hex') !== snapshotHash) {
    throw new AppError(
      'conflict',
      'Số liệu đã chốt của báo cáo không khớp mã băm của nó: cơ sở dữ liệu đã bị sửa từ bên ngoài. Đối chiếu với bản đã nộp và gói bằng chứng.',
    );
  }
  return JSON.parse(snapshot) as Snapshot;
}

/** Adds up what may be added up over several units; of one unit, its own rows. Averages of several units are left out. */
export function addUnits(
  units: readonly UnitFigures[],
  part: 'current' | 'previous' | 'lastYear',
): readonly FigureRow[] {
  if (units.length === 1) return units[0]?.[part] ?? [];
  const sums = new Map<string, FigureRow>();
  for (const row of units.flatMap((unit) => unit[part])) {
    if (row.metric.startsWith('reply-minutes')) continue;
    const id = [row.metric, row.channel ?? '', row.key ?? ''].join('\n');
    const known = sums.get(id);
    sums.set(id, known === undefined ? row : { ...known, value: known.value + row.value });
  }
  return [...sums.values()];
}
