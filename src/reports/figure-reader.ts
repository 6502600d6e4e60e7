import type { FigureRow } from './figures.ts';
import { bindNames } from './metrics/bind-names.ts';
import { counted } from './metrics/counted.ts';
import { measures } from './metrics/metrics.ts';

/** What runs SQL; a database or a transaction of it. */
export interface QueryRunner {
  query<R extends object>(text: string, parameters?: readonly unknown[]): Promise<{ rows: R[] }>;
}

/** What is counted: whose log, which half-open interval, and how much of the log. */
export interface FigureScope {
  unitId: string;
  from: Date;
  to: Date;
  /** The highest sealed `seq` by kind of record; what came later is not counted, so that the figures stay the same. */
  through: { readonly [kind: string]: number };
  /** When the figures are taken: replies of officers after it do not count. */
  asOf: Date;
}

/** What topics belong to; asked for the topics that occur. */
export interface TopicSorting {
  fieldOf(topic: string): string | undefined;
  /** Themes of the communication plans; with `aspect`, only questions about that part count for the theme. */
  themesOf(topic: string): readonly { theme: string; aspect: string | null }[];
}

const topicsQuery = `select distinct topic from (${counted}) as c where topic is not null`;

/**
 * Counts everything for one unit and interval. Statement by statement: on the embedded database messages pass between
 * them.
 * @param which `compared` leaves out what is only shown for the period itself.
 */
export async function readFigureRows(
  database: QueryRunner,
  scope: FigureScope,
  sorting: TopicSorting,
  which: 'all' | 'compared',
): Promise<FigureRow[]> {
  const values: Record<string, unknown> = {
    unit: scope.unitId,
    from: scope.from,
    to: scope.to,
    asOf: scope.asOf,
    interaction: scope.through.interaction ?? 0,
    delivery: scope.through.delivery ?? 0,
    feedback: scope.through.feedback ?? 0,
    surveyAnswer: scope.through['survey-answer'] ?? 0,
    linkOpen: scope.through['link-open'] ?? 0,
  };
  const run = async <R extends object>(sql: string): Promise<R[]> => {
    const { text, parameters } = bindNames(sql, values);
    return (await database.query<R>(text, parameters)).rows;
  };
  const topics = (await run<{ topic: string }>(topicsQuery)).map(({ topic }) => topic);
  values.fields = JSON.stringify(
    topics.flatMap((topic) => {
      const field = sorting.fieldOf(topic);
      return field === undefined ? [] : [{ topic, field }];
    }),
  );
  values.themes = JSON.stringify(
    topics.flatMap((topic) => sorting.themesOf(topic).map((theme) => ({ topic, ...theme }))),
  );
  const rows: FigureRow[] = [];
  for (const { metrics, sql } of measures) {
    if (which === 'compared' && metrics.every(({ compared }) => !compared)) continue;
    for (const row of await run<FigureRow & { value: number | string }>(sql)) {
      rows.push({ metric: row.metric, channel: row.channel, key: row.key, value: Number(row.value) });
    }
  }
  return rows.sort(inOrder);
}

/** One order whatever the plan of the query, so that the same figures are the same bytes. */
function inOrder(one: FigureRow, other: FigureRow): number {
  const texts = (row: FigureRow) => [row.metric, row.channel ?? '', row.key ?? ''];
  const [a, b] = [texts(one), texts(other)];
  for (const index of a.keys()) {
    const [x = '', y = ''] = [a[index], b[index]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
