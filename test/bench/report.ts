import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readFigureRows, type QueryRunner } from '../../src/reports/figure-reader.ts';
import { parsePeriod, previousPeriod, samePeriodLastYear } from '../../src/reports/period.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';

/**
 * Counts everything that a quarter's report shows, with the quarter before and the same of last year:
 * `node test/bench/report.ts [--rows 10000,200000] [--database embedded|server]`.
 * The table holds that many interactions of two years: a fifth of one large unit, the rest of 94 wards alike. One citizen
 * has ten of them. Prints one line of JSON per size and unit: rows of the unit's quarter, seconds for the whole report,
 * and the longest single statement, for which the embedded database serves nobody else.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000,200000' }, database: { type: 'string' } },
});
const sizes = values.rows.split(',').map(Number);
const firstInstant = '2024-12-14T17:00:00Z';
const period = parsePeriod('2026-Q4', 'standard');
const intervals = [
  { ...period, which: 'all' as const },
  { ...previousPeriod(period, 'standard'), which: 'compared' as const },
  { ...samePeriodLastYear(period, 'standard'), which: 'compared' as const },
];
const perStatement = 20_000;
const everything = {
  ...{ interaction: 1e12, delivery: 1e12, feedback: 1e12 },
  ...{ 'survey-answer': 1e12, 'link-open': 1e12 },
};

/** `$1` to `$2` of `$3` rows; times grow with the number, as they do in a log. */
const numbers = `(
  select n, $4::timestamptz + (n::float8 / $3) * interval '730 days' as at,
    case n % 5 when 0 then 'large' else 'ward-' || n % 94 end as unit,
    'citizen-' || (hashint8(n)::bigint & 2147483647) % greatest(1, $3::bigint / 10) as citizen
  from generate_series($1::bigint, $2::bigint) as n) as r`;

const statements = [
  `insert into interaction (id, unit_id, channel, citizen, received_at, handled_at, kind, decision, topic, aspect,
    confidence, candidates, language, content_version, matcher_version, reply_text, links, outreach, test, words_commitment)
  select 'i' || n, unit, (array['zalo','messenger','web'])[1 + n % 3], citizen, at, at, 'text',
    (array['answer','answer','answer','answer','clarify','fallback','smalltalk'])[1 + n % 7],
    'topic-' || (hashint8(n + 7)::bigint & 2147483647) % 90, (array['documents','fee','time','online','place'])[1 + n / 5 % 5],
    0.9, '[{"topic":"topic-1","score":0.4},{"topic":"topic-2","score":0.2},{"topic":"topic-3","score":0.1}]', 'vi', 'c', 'm',
    repeat(md5(n::text), 20), '["https://dichvucong.gov.vn","https://dichvucong.gov.vn/p"]',
    case when n % 40 < 5 then 'poster-' || n % 9 end, n / 5 % 50 = 0, '\\x00'
  from ${numbers}`,
  `insert into feedback (interaction_id, unit_id, citizen, helpful, reason, at)
  select 'i' || n, unit, citizen, n % 3 > 0, case when n % 3 = 0 then 'not-clear' end, at from ${numbers} where n % 20 < 2`,
];

async function fill(database: Database, rows: number): Promise<void> {
  for (let start = 1; start <= rows; start += perStatement) {
    const end = Math.min(rows, start + perStatement - 1);
    for (const statement of statements) await database.query(statement, [start, end, rows, firstInstant]);
  }
  await database.script('vacuum (analyze) interaction');
  await database.script('vacuum (analyze) feedback');
}

async function measure(name: string, database: Database, rows: number, unitId: string): Promise<void> {
  let longestMs = 0;
  let longest = '';
  const timed: QueryRunner = {
    async query<R extends object>(text: string, parameters?: readonly unknown[]) {
      const begun = performance.now();
      const result = await database.query<R>(text, parameters);
      const ms = performance.now() - begun;
      if (ms > longestMs) [longestMs, longest] = [ms, /'([a-z-]+)' as metric/.exec(text)?.[1] ?? ''];
      return result;
    },
  };
  const sorting = {
    fieldOf: (topic: string) => `field-${topic.length}`,
    themesOf: () => [{ theme: 'online-filing', aspect: 'online' }],
  };
  const begun = performance.now();
  let counted = 0;
  for (const { from, to, which } of intervals) {
    const scope = { unitId, from, to, through: everything, asOf: new Date() };
    const found = await readFigureRows(timed, scope, sorting, which);
    if (which === 'all') {
      counted =
        found.find(({ metric, channel }) => metric === 'interactions' && channel === null)?.value ?? 0;
    }
  }
  const seconds = Number(((performance.now() - begun) / 1000).toFixed(2));
  console.log(
    JSON.stringify({
      database: name,
      rows,
      unitId,
      counted,
      seconds,
      longestMs: Math.round(longestMs),
      longest,
    }),
  );
}

async function measureSize(name: string, database: Database, rows: number): Promise<void> {
  await migrate(database);
  await fill(database, rows);
  for (const unitId of ['ward-1', 'large']) await measure(name, database, rows, unitId);
}

const folder = await mkdtemp(join(tmpdir(), 'tthc-bench-report-'));
try {
  for (const rows of sizes) {
    if (values.database !== 'server') {
      const embedded = await openEmbeddedDatabase(join(folder, `data-${rows}`));
      await measureSize('embedded', embedded, rows).finally(() => embedded.close());
    }
    if (values.database !== 'embedded') {
      const server = await startPostgresServer({ durable: true });
      try {
        const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
        await measureSize('server', database, rows).finally(() => database.close());
      } finally {
        await server.stop();
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
