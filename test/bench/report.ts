import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readFigureRows, type QueryRunner } from '../../src/reports/figure-reader.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';

/**
 * Counts all figures of a year of one unit: `node test/bench/report.ts [--interactions 200000] [--database embedded|server]`.
 * A tenth as many citizens as interactions, and a second unit with as much traffic in the same tables. Prints one line of
 * JSON per database: seconds for all figures and the longest single statement, for which the embedded database serves
 * nobody else.
 */
const { values } = parseArgs({
  options: { interactions: { type: 'string', default: '200000' }, database: { type: 'string' } },
});
const count = Number(values.interactions);
const yearStart = '2025-12-14T17:00:00Z';
const year = { from: new Date(yearStart), to: new Date('2026-12-14T17:00:00Z') };
const perStatement = 20_000;
const everything = {
  interaction: 1e12,
  delivery: 1e12,
  feedback: 1e12,
  'survey-answer': 1e12,
  'link-open': 1e12,
};

const fillStatement = `
  insert into interaction (id, unit_id, channel, citizen, received_at, handled_at, kind, decision, topic, aspect,
    confidence, candidates, language, content_version, matcher_version, reply_text, links, outreach, test, words_commitment)
  select 'i' || n, case n % 2 when 0 then 'hang-gon' else 'other-unit' end,
    case n % 3 when 0 then 'one' when 1 then 'two' else 'web' end, 'citizen-' || (hashint8(n)::bigint & 2147483647) % ($3::bigint / 5),
    at, at, 'text', (array['answer','answer','answer','answer','clarify','fallback','smalltalk'])[1 + n % 7],
    'topic-' || (hashint8(n + 7)::bigint & 2147483647) % 90, (array['documents','fee','time','online','place'])[1 + n % 5],
    0.9, '[{"topic":"topic-1","score":0.4},{"topic":"topic-2","score":0.2},{"topic":"topic-3","score":0.1}]', 'vi', 'c', 'm',
    repeat(md5(n::text), 20), '["https://dichvucong.gov.vn","https://dichvucong.gov.vn/p"]', null, n % 50 = 0, '\\x00'
  from (select n, $4::timestamptz + (n::float8 / $3) * interval '365 days' as at from generate_series($1::bigint, $2::bigint) as n) as r`;

async function fill(database: Database): Promise<void> {
  const total = 2 * count;
  for (let start = 1; start <= total; start += perStatement) {
    await database.query(fillStatement, [start, Math.min(total, start + perStatement - 1), total, yearStart]);
  }
  await database.script('vacuum (analyze) interaction');
}

async function measure(name: string, database: Database): Promise<void> {
  await migrate(database);
  await fill(database);
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  let longestMs = 0;
  let longestCpuMs = 0;
  let longest = '';
  const timed: QueryRunner = {
    async query<R extends object>(text: string, parameters?: readonly unknown[]) {
      const cpu = cpuSeconds();
      const begun = performance.now();
      const result = await database.query<R>(text, parameters);
      const ms = performance.now() - begun;
      longestCpuMs = Math.max(longestCpuMs, 1_000 * (cpuSeconds() - cpu));
      if (ms > longestMs) [longestMs, longest] = [ms, /'([a-z-]+)' as metric/.exec(text)?.[1] ?? ''];
      return result;
    },
  };
  const sorting = {
    fieldOf: (topic: string) => `field-${topic.length}`,
    themesOf: () => [{ theme: 'online-filing', aspect: 'online' }],
  };
  const cpuBefore = cpuSeconds();
  const begun = performance.now();
  const scope = { unitId: 'hang-gon', ...year, through: everything, asOf: new Date() };
  const rows = await readFigureRows(timed, scope, sorting, 'all');
  const seconds = Number(((performance.now() - begun) / 1000).toFixed(1));
  const counted = rows.find(({ metric, channel }) => metric === 'interactions' && channel === null)?.value;
  console.log(
    JSON.stringify({
      database: name,
      interactions: count,
      counted,
      seconds,
      longestMs: Math.round(longestMs),
      // Of this process: on the embedded database that is the work itself, whatever else the machine does.
      cpuSeconds: Number((cpuSeconds() - cpuBefore).toFixed(1)),
      longestCpuMs: Math.round(longestCpuMs),
      longest,
    }),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'tthc-bench-report-'));
try {
  if (values.database !== 'server') {
    const embedded = await openEmbeddedDatabase(join(folder, 'data'));
    await measure('embedded', embedded).finally(() => embedded.close());
  }
  if (values.database !== 'embedded') {
    const server = await startPostgresServer({ durable: true });
    try {
      const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
      await measure('server', database).finally(() => database.close());
    } finally {
      await server.stop();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
