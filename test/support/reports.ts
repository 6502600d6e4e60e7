import { join, resolve } from 'node:path';
import { composeReports, type ReportRoom, type ReportTools } from '../../src/compose-reports.ts';
import { emptyCatalogue } from '../../src/content/catalogue/catalogue-library.ts';
import type { Library } from '../../src/content/library.ts';
import { loadReportPresets } from '../../src/content/load-report-presets.ts';
import type { Translator } from '../../src/content/translator.ts';
import { createClock } from '../../src/core/clock.ts';
import { createEvidence } from '../../src/evidence/evidence.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { createSealStore } from '../../src/storage/sql/seal-store.ts';
import { createSettingStore } from '../../src/storage/sql/setting-store.ts';
import { silentLogger } from '../services/silent-logger.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/** The reports' room over a test's database. */
export async function createTestReports(
  given: { database: Database; library: Library; t: Translator } & Partial<Omit<ReportTools, 'library'>>,
): Promise<ReportRoom> {
  const { database, library, clock = createClock() } = given;
  return composeReports({
    evidence: createEvidence({
      store: createSealStore(database),
      leases: createSqlLeases(database),
      clock,
      logger: silentLogger,
      documentPath: join(projectDir, 'docs/evidence.md'),
    }),
    contentDir: join(projectDir, 'content'),
    presets: await loadReportPresets(join(projectDir, 'content')),
    catalogue: () => emptyCatalogue,
    outreachItems: async () => [],
    settings: createSettingStore(database),
    logger: silentLogger,
    sendMail: undefined,
    anchors: [],
    countsLinks: false,
    ...given,
    clock,
    library: () => library,
  });
}
