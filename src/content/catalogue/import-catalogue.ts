import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import { makeBrief } from './brief.ts';
import type { DumpRecord } from './dump-record.ts';
import { findRefusal, findWarnings, type CatalogueWarning, type RefusalReason } from './lint-record.ts';
import { parseProcedure } from './parse-procedure.ts';
import { readDump, type UnreadableReason } from './read-dump.ts';

/**
 * Raised with every change of what is read out of a record or made of it. Records stored by another version are read
 * anew: slowly at each start, and for good by the next import.
 */
export const parserVersion = 5;

/** A record as the storage keeps it. */
export interface CatalogueRow {
  code: string;
  name: string;
  commune: boolean;
  recordHash: string;
  fieldHashes: Record<string, string>;
  parserVersion: number;
  procedure: unknown;
  brief: unknown;
  warnings: unknown;
  original: unknown;
}

interface Fingerprint {
  name: string;
  recordHash: string;
  fieldHashes: Record<string, string>;
  parserVersion: number;
  removed: boolean;
}

/** Where an import puts what it read: staged in batches, then made the catalogue all at once. */
export interface CatalogueStorage {
  fingerprints(): Promise<ReadonlyMap<string, Fingerprint>>;
  state(): Promise<{ dumpDate: string; dateGiven: boolean } | undefined>;
  clearStaged(): Promise<void>;
  stage(rows: readonly CatalogueRow[]): Promise<void>;
  stageUnchanged(rows: readonly { code: string; recordHash: string }[]): Promise<void>;
  commit(imported: { dumpDate: string; dateGiven: boolean; report: unknown }): Promise<void>;
}

export interface ImportOptions {
  path: string;
  /** Day of the dump, `YYYY-MM-DD`. */
  dumpDate: string;
  /** False when nobody said the day. */
  dateGiven: boolean;
  /** Today in Vietnam. */
  today: string;
  /** Also import a dump older than the stored one, or one that drops more than half of it. */
  force: boolean;
}

export interface Refusal {
  line: number;
  /** Null when the line could not be read. */
  code: string | null;
  name: string | null;
  reason: RefusalReason | UnreadableReason;
}

/** What an import did. Lists are in the dump's order. */
export interface ImportReport {
  dumpDate: string;
  dateGiven: boolean;
  accepted: number;
  commune: number;
  unchanged: number;
  refused: Refusal[];
  added: { code: string; name: string }[];
  changed: { code: string; name: string; fields: string[] }[];
  removed: { code: string; name: string }[];
  /** Records with each warning, by code of the warning. */
  warnings: Record<CatalogueWarning['code'], string[]>;
  /** Records with each stale term. */
  staleTerms: Record<string, number>;
}

const batchRows = 100;

/**
 * Imports a dump: reads it line by line, refuses what must not be said, and replaces the stored catalogue in one step
 * at the end. Importing the same dump again changes nothing.
 * @throws AppError `conflict` or `invalid-input` when the dump would replace a newer one or most of the catalogue;
 * nothing is changed then.
 */
export async function importCatalogue(
  storage: CatalogueStorage,
  options: ImportOptions,
): Promise<ImportReport> {
  const state = await storage.state();
  checkDay(options);
  const known = await storage.fingerprints();
  await storage.clearStaged();
  const report = emptyReport(options);
  const seen = new Set<string>();
  let rows: CatalogueRow[] = [];
  let unchanged: { code: string; recordHash: string }[] = [];
  const flush = async () => {
    await storage.stage(rows);
    await storage.stageUnchanged(unchanged);
    rows = [];
    unchanged = [];
  };
  for await (const read of readDump(options.path)) {
    if (!('record' in read)) {
      report.refused.push({ line: read.line, code: null, name: null, reason: read.unreadable });
      continue;
    }
    const { record, line } = read;
    const reason = findRefusal(record, seen);
    if (reason !== undefined) {
      report.refused.push({
        line,
        code: record.ma_thu_tuc.slice(0, 20),
        name: shorten(record.ten_thu_tuc),
        reason,
      });
      continue;
    }
    seen.add(record.ma_thu_tuc);
    const row = toRow(record);
    count(report, row, known.get(row.code));
    const stored = known.get(row.code);
    if (stored?.recordHash === row.recordHash && stored.parserVersion === parserVersion)
      unchanged.push({ code: row.code, recordHash: row.recordHash });
    else rows.push(row);
    if (rows.length + unchanged.length >= batchRows) await flush();
  }
  await flush();
  for (const [code, { name, removed }] of known) {
    if (!removed && !seen.has(code)) report.removed.push({ code, name });
  }
  checkShrinking(report, known, options);
  // The day of a file says nothing about the same records whose day is known.
  if (!options.dateGiven && state !== undefined && isUnchanged(report)) {
    report.dumpDate = state.dumpDate;
    report.dateGiven = state.dateGiven;
  }
  checkOrder(state?.dumpDate, report, options);
  const { dumpDate, dateGiven } = report;
  await storage.commit({ dumpDate, dateGiven, report: summarise(report) });
  return report;
}

function checkDay({ dumpDate, today }: ImportOptions): void {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(dumpDate) || Number.isNaN(Date.parse(dumpDate)) || dumpDate > today) {
    throw new AppError(
      'invalid-input',
      `Ngày của bản danh mục phải là YYYY-MM-DD và không sau hôm nay (${today}).`,
    );
  }
}

/** An older dump must not take the place of a newer one unasked. */
function checkOrder(stored: string | undefined, { dumpDate }: ImportReport, { force }: ImportOptions): void {
  if (stored === undefined || dumpDate >= stored || force) return;
  throw new AppError(
    'conflict',
    `Đang có bản ngày ${stored}, mới hơn bản ngày ${dumpDate}. Muốn quay về bản cũ, thêm --force.`,
  );
}

/** A dump that was cut off must not empty the catalogue. */
function checkShrinking(
  report: ImportReport,
  known: ReadonlyMap<string, Fingerprint>,
  { force }: ImportOptions,
): void {
  if (report.accepted === 0) {
    throw new AppError('invalid-input', 'Không có thủ tục nào đọc được trong tệp; danh mục giữ nguyên.');
  }
  const present = [...known.values()].filter(({ removed }) => !removed).length;
  if (!force && report.removed.length * 2 > present) {
    throw new AppError(
      'invalid-input',
      `Bản này thiếu ${report.removed.length} trong ${present} thủ tục đang có, có thể tệp bị cắt. Nếu đúng, thêm --force.`,
    );
  }
}

function isUnchanged({ added, changed, removed }: ImportReport): boolean {
  return added.length + changed.length + removed.length === 0;
}

function toRow(record: DumpRecord): CatalogueRow {
  const { procedure, parts } = parseProcedure(record);
  const fieldHashes = Object.fromEntries(
    Object.entries(record)
      .filter(([field]) => field !== 'raw_text')
      .map(([field, text]) => [field, hash(text)]),
  );
  return {
    code: procedure.code,
    name: procedure.name,
    commune: procedure.commune,
    recordHash: hash(JSON.stringify(record)),
    fieldHashes,
    parserVersion,
    procedure,
    brief: makeBrief(procedure),
    warnings: findWarnings(record, procedure, parts),
    original: record,
  };
}

function count(report: ImportReport, row: CatalogueRow, stored: Fingerprint | undefined): void {
  const { code, name } = row;
  report.accepted += 1;
  if (row.commune) report.commune += 1;
  for (const warning of row.warnings as CatalogueWarning[]) {
    report.warnings[warning.code].push(code);
    if (warning.code !== 'stale-term') continue;
    for (const term of warning.detail.split(', '))
      report.staleTerms[term] = (report.staleTerms[term] ?? 0) + 1;
  }
  if (stored === undefined || stored.removed) report.added.push({ code, name: shorten(name) });
  else if (stored.recordHash === row.recordHash) report.unchanged += 1;
  else {
    const fields = Object.keys(row.fieldHashes).filter(
      (field) => stored.fieldHashes[field] !== row.fieldHashes[field],
    );
    report.changed.push({ code, name: shorten(name), fields: fields.length > 0 ? fields : ['raw_text'] });
  }
}

function emptyReport({ dumpDate, dateGiven }: ImportOptions): ImportReport {
  return {
    dumpDate,
    dateGiven,
    accepted: 0,
    commune: 0,
    unchanged: 0,
    refused: [],
    added: [],
    changed: [],
    removed: [],
    warnings: {
      'stale-term': [],
      'local-fee': [],
      'low-confidence': [],
      'page-recut': [],
      'link-outside-portal': [],
      'unverified-code': [],
    },
    staleTerms: {},
  };
}

const listedAtMost = 500;

/** The report as it is kept: long lists are cut, their lengths are not. */
function summarise(report: ImportReport): object {
  const counts = Object.fromEntries(
    (['refused', 'added', 'changed', 'removed'] as const).map((list) => [list, report[list].length]),
  );
  return {
    ...report,
    refused: report.refused.slice(0, listedAtMost),
    added: report.added.slice(0, listedAtMost),
    changed: report.changed.slice(0, listedAtMost),
    removed: report.removed.slice(0, listedAtMost),
    counts,
  };
}

function shorten(text: string): string {
  const limit = 100;
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
