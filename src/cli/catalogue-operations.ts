import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Services } from '../compose.ts';
import { loadCatalogue } from '../content/catalogue/catalogue-library.ts';
import { formatImportReport } from '../content/catalogue/format-import-report.ts';
import { importCatalogue } from '../content/catalogue/import-catalogue.ts';
import { findCurated, renderCatalogueSection, shortenName } from '../content/catalogue/render-catalogue.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { aspects } from '../core/aspect.ts';
import { vietnamDay } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { createCatalogueStore } from '../storage/sql/catalogue-store.ts';
import { createSqlLeases } from '../storage/sql/leases.ts';

const importInput = z.strictObject({
  /** Absolute: a running server has another working directory. */
  path: z.string(),
  date: z.string().nullable(),
  force: z.boolean(),
  json: z.boolean(),
});

/** Imports the dump at a path of this machine, which a running server reads by itself. */
export async function importCatalogueFile(services: Services, input: unknown): Promise<OperationResult> {
  const { path, date, force, json } = readInput(importInput, input);
  const started = performance.now();
  const held = await createSqlLeases(services.database).tryRun('catalogue-import', async () =>
    importCatalogue(createCatalogueStore(services.database), {
      path,
      dumpDate: date ?? (await fileDay(path)),
      dateGiven: date !== null,
      today: vietnamDay(services.clock.now()),
      force,
    }),
  );
  if (!held.ran) {
    throw new AppError('conflict', 'Đang có một lần nhập danh mục khác; hãy chờ lần đó xong.', {
      retryable: true,
    });
  }
  const seconds = (performance.now() - started) / 1_000;
  const served = await services.renewKnowledge();
  const text = json
    ? `${JSON.stringify({ ...held.result, seconds }, null, 2)}\n`
    : `${formatImportReport(held.result, seconds, services.t)}${served ? '' : services.t('vi', 'catalogue:report.not_served')}`;
  return { text, exitCode: 0 };
}

/** The day on which a file was last written; what is left when nobody says the dump's day. */
async function fileDay(path: string): Promise<string> {
  try {
    return vietnamDay((await stat(path)).mtime);
  } catch (error) {
    throw new AppError('not-found', 'Không đọc được tệp danh mục; hãy kiểm tra đường dẫn.', { cause: error });
  }
}

/** All that the catalogue knows of one procedure: what a citizen would read, aspect by aspect, and what was warned of. */
export async function showCatalogueProcedure(services: Services, input: unknown): Promise<OperationResult> {
  const {
    code,
    unit: unitId,
    original,
  } = readInput(
    z.strictObject({ code: z.string(), unit: z.string().nullable(), original: z.boolean() }),
    input,
  );
  const { t, clock } = services;
  const store = createCatalogueStore(services.database);
  const record = await store.read(code);
  if (record === undefined) {
    const empty = (await store.state()) === undefined;
    throw new AppError(
      'not-found',
      empty ? t('vi', 'catalogue:show.empty') : t('vi', 'catalogue:show.missing', { code }),
    );
  }
  if (original) return { text: `${record.original}\n`, exitCode: 0 };
  const library = services.library();
  const unit = unitId === null ? [...library.units.values()][0] : library.units.get(unitId);
  if (unit === undefined)
    throw new AppError('not-found', `Không có đơn vị "${unitId ?? ''}" trong content/units.`);
  // What was imported but is not served yet, since the content is being mended, is shown all the same.
  const catalogue =
    services.catalogue().read(code) === undefined ? await loadCatalogue(store) : services.catalogue();
  const brief = catalogue.read(code);
  const curated = findCurated(library, code);
  const context = { library, unit, day: vietnamDay(clock.now()), language: 'vi' as const, t, catalogue };
  const sections =
    brief === undefined ? [] : aspects.map((aspect) => renderCatalogueSection(brief, aspect, context));
  const lines = [
    `${code}  ${record.name}`,
    ...(record.removedOn === null ? [] : [t('vi', 'catalogue:show.removed', { date: record.removedOn })]),
    ...(curated === undefined ? [] : [t('vi', 'catalogue:show.curated', { topic: curated.id })]),
    ...(Array.isArray(record.warnings) && record.warnings.length > 0
      ? [t('vi', 'catalogue:show.warning', { warnings: JSON.stringify(record.warnings) })]
      : []),
    ...sections.map(
      ({ aspect, text, sourceLine }) =>
        `\n${shortenName(record.name)}: ${t('vi', `bot:aspect.${aspect}.name`)}\n${text}\n${sourceLine}`,
    ),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: 0 };
}
