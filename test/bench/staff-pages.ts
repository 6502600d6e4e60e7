import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadLibrary } from '../../src/content/load-library.ts';
import { createEvidence } from '../../src/evidence/evidence.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { openEmbeddedDatabase } from '../../src/storage/sql/embedded-database.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createSealStore } from '../../src/storage/sql/seal-store.ts';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { homeUnit, startStaffSite } from '../support/staff-console.ts';
import { fillDatabase } from '../support/year-of-traffic.ts';

/**
 * How long the staff console's pages take on a year of a busy ward:
 * `node test/bench/staff-pages.ts [--interactions 200000] [--database embedded|server] [--runs 15] [--seed 1] [--only review]`.
 * Prints one line of JSON a page: the first answer, the median and the slowest of the later ones, in milliseconds from
 * the request to the last byte on this machine.
 */
const { values } = parseArgs({
  options: {
    interactions: { type: 'string', default: '200000' },
    database: { type: 'string', default: 'server' },
    runs: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    /** Pages whose name holds this. */
    only: { type: 'string', default: '' },
  },
});
const projectDir = resolve(import.meta.dirname, '../..');
const now = new Date('2026-11-29T05:00:00Z');
const yearMs = 365 * 86_400_000;

async function openDatabase(): Promise<{ database: Database; close: () => Promise<void> }> {
  if (values.database === 'embedded') {
    const dir = await mkdtemp(join(tmpdir(), 'tthc-staff-bench-'));
    const database = await openEmbeddedDatabase(dir);
    return { database, close: () => rm(dir, { recursive: true, force: true }) };
  }
  const server = await startPostgresServer();
  const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
  return { database, close: () => server.stop() };
}

const { database, close } = await openDatabase();
await migrate(database);
const library = await loadLibrary(join(projectDir, 'content'), join(projectDir, 'test/fixtures/units'));
const written = await fillDatabase(database, {
  ...{ unitId: homeUnit, interactions: Number(values.interactions), seed: Number(values.seed) },
  ...{ from: new Date(now.getTime() - yearMs), to: now, topics: [...library.topics.keys()] },
});
await database.script('vacuum analyze');
console.log(JSON.stringify({ database: database.kind, interactions: written }));

// A running server has sealed all but the last hour when somebody asks for a report.
const evidence = createEvidence({
  ...{ store: createSealStore(database), leases: createSqlLeases(database) },
  ...{ clock: { now: () => now }, logger: silentLogger, documentPath: join(projectDir, 'docs/evidence.md') },
});
const sealing = performance.now();
await evidence.sealNow(homeUnit);
console.log(JSON.stringify({ job: 'seal-the-year', ms: Math.round(performance.now() - sealing) }));

const site = await startStaffSite({ database, clock: { now: () => now } });
const counting = performance.now();
await site.room.countOverviews();
console.log(JSON.stringify({ job: 'count-overviews', ms: Math.round(performance.now() - counting) }));
await site.addOfficer('quan.tri', { '*': 'admin' });
const browser = await site.signIn('quan.tri');
const { rows } = await database.query<{ id: string }>(
  `select id from interaction where decision = 'answer' order by seq desc limit 1 offset 1000`,
);
const { rows: missed } = await database.query<{ id: string }>(
  `select id from interaction where decision = 'fallback' and not test order by seq desc limit 1`,
);
/** Counting a report takes longer than all pages; without its pages it is left out. */
async function draftReport(): Promise<string> {
  if (!'rows of a report'.includes(values.only)) return '';
  await browser.get(`/staff/${homeUnit}`);
  const begun = performance.now();
  const drafted = await browser.post(`/staff/${homeUnit}/reports`, { period: '2026-Q4' });
  console.log(JSON.stringify({ job: 'draft-report', ms: Math.round(performance.now() - begun) }));
  return drafted.location.split('?')[0] ?? '';
}
const report = await draftReport();
const log = `/staff/${homeUnit}/conversations`;
const wholeYear = 'from=2025-11-30&to=2026-11-29';
const pages = {
  overview: `/staff/${homeUnit}`,
  'conversations, 30 days': log,
  'conversations, the year': `${log}?${wholeYear}`,
  'a rare topic in the year': `${log}?${wholeYear}&topic=vneid-level-2&channel=web&decision=handover`,
  'not helpful in the year': `${log}?${wholeYear}&feedback=not-helpful`,
  'an outreach item in the year': `${log}?${wholeYear}&outreach=zalo-tuan-12`,
  'words in 30 days': `${log}?text=khai+sinh`,
  'words that nobody wrote, in the year': `${log}?${wholeYear}&text=khong+ai+viet+the`,
  'deep in the year': `${log}?${wholeYear}&after=2026-02-01T00:00:00.000Z_1`,
  'one conversation': `${log}/${rows[0]?.id ?? ''}`,
  review: `/staff/${homeUnit}/review`,
  'a group to review': `/staff/${homeUnit}/review/questions/${missed[0]?.id ?? ''}`,
  'draft of examples': `/staff/${homeUnit}/review/draft`,
  content: `/staff/${homeUnit}/content`,
  'a topic': `/staff/${homeUnit}/content/topics/birth-registration`,
  handovers: `/staff/${homeUnit}/handovers`,
  reports: `/staff/${homeUnit}/reports`,
  'a report': report,
  'rows of a report': `${report}/rows/answered`,
  'judged rows of a report': `${report}/rows/not-helpful`,
  outreach: `/staff/${homeUnit}/outreach`,
  settings: `/staff/${homeUnit}/settings`,
  users: `/staff/${homeUnit}/users`,
  audit: `/staff/${homeUnit}/audit`,
};

for (const [page, path] of Object.entries(pages).filter(([name]) => name.includes(values.only))) {
  const times: number[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const begun = performance.now();
    const { status } = await browser.get(path);
    times.push(Math.round((performance.now() - begun) * 10) / 10);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  }
  const [firstMs = 0, ...later] = times;
  later.sort((one, other) => one - other);
  console.log(
    JSON.stringify({ page, firstMs, medianMs: later[Math.floor(later.length / 2)], slowestMs: later.at(-1) }),
  );
}
await site.close();
await close();
