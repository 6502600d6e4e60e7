import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toCanonicalJson, type Json } from '../core/canonical-json.ts';
import {
  evidenceFields,
  evidenceKinds,
  type EvidenceInterval,
  type EvidenceKind,
  type ExportedRecord,
  type Seal,
  type SealStore,
} from '../core/evidence.ts';
import { createBundleZip, type BundledFile, type BundleZip } from './bundle-zip.ts';
import { toEvidenceInstant } from './instants.ts';
import { hashManifest, type SealHeader } from './seal-hash.ts';
import { createCsvFormatter } from './verify.mjs';

/** The period of an export as the bundle names it. */
export interface EvidencePeriod extends EvidenceInterval {
  /** As written on reports, e.g. `2026-Q3`. */
  id: string;
}

export interface ExportRequest {
  unitId: string;
  period: EvidencePeriod;
  /** The zip; must not exist. */
  path: string;
  exportedAt: Date;
  /** The documentation page that goes into the bundle. */
  documentPath: string;
}

/** What the bundle holds. */
export interface ExportSummary {
  records: Record<EvidenceKind, number>;
  /** Records whose words were erased. */
  erased: number;
  seals: number;
  /** The newest seal, whose hash is the root that the bundle ends in; null while nothing was sealed. */
  seal: { number: number; hash: string } | null;
  /** The manifest's own hash, to be noted when the bundle is handed over. */
  checksum: string;
}

const verifierPath = join(import.meta.dirname, 'verify.mjs');
const recordsPerPage = 256;

/** The columns of records.csv: every member of every kind of record. */
export const csvColumns: readonly string[] = [
  ...['kind', 'seq', 'at'],
  ...new Set(Object.values(evidenceFields).flatMap((fields) => [...fields])),
  ...['words', 'maskedText', 'explanation'],
];

/**
 * Writes the evidence of a unit and period as a zip. What it holds is what is in the database now: rows that do not fit
 * their seals are exported as they are, so that verifying names them.
 */
export async function exportBundle(store: SealStore, request: ExportRequest): Promise<ExportSummary> {
  const zip = await createBundleZip(request.path, request.exportedAt);
  try {
    const summary = await writeBundle(zip, store, request);
    await zip.finish();
    return summary;
  } catch (error) {
    await zip.abandon();
    await rm(request.path, { force: true });
    throw error;
  }
}

async function writeBundle(zip: BundleZip, store: SealStore, request: ExportRequest): Promise<ExportSummary> {
  const { unitId, period, exportedAt } = request;
  const files: Record<string, BundledFile> = {};
  files['evidence.md'] = await writeWhole(zip, 'evidence.md', await readFile(request.documentPath));
  files['verify.mjs'] = await writeWhole(zip, 'verify.mjs', await readFile(verifierPath));
  const chain = await writeChain(zip, store, request);
  files['seals.jsonl'] = chain.file;
  const records = await writeRecords(zip, store, request, chain.newest?.through ?? {});
  files['records.jsonl'] = records.jsonl;
  files['records.csv'] = records.csv;

  const manifest: { readonly [name: string]: Json } = {
    v: 1,
    unit: unitId,
    period: { id: period.id, from: toEvidenceInstant(period.from), to: toEvidenceInstant(period.to) },
    exportedAt: toEvidenceInstant(exportedAt),
    records: records.counts,
    erased: records.erased,
    seals: chain.seals,
    seal: chain.seal,
    columns: csvColumns,
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { ...file }])),
  };
  const checksum = hashManifest(manifest);
  await writeWhole(zip, 'manifest.json', `${toCanonicalJson({ ...manifest, checksum })}\n`);
  return { records: records.counts, erased: records.erased, seals: chain.seals, seal: chain.seal, checksum };
}

async function writeWhole(zip: BundleZip, name: string, content: string | Uint8Array): Promise<BundledFile> {
  const file = zip.add(name);
  await file.write(content);
  return file.end();
}

interface WrittenChain {
  file: BundledFile;
  seals: number;
  seal: { number: number; hash: string } | null;
  newest: SealHeader | undefined;
}

async function writeChain(zip: BundleZip, store: SealStore, request: ExportRequest): Promise<WrittenChain> {
  const file = zip.add('seals.jsonl');
  let seals = 0;
  let newest: Seal | undefined;
  for await (const seal of store.readChain(request.unitId, request.period)) {
    // Both texts are canonical as they are stored, and members come by name: hash, header, leaves.
    await file.write(`{"hash":"${seal.hash}","header":${seal.header},"leaves":${seal.leaves ?? 'null'}}\n`);
    seals += 1;
    newest = seal;
  }
  return {
    file: await file.end(),
    seals,
    seal: newest === undefined ? null : { number: newest.number, hash: newest.hash },
    newest: newest === undefined ? undefined : (JSON.parse(newest.header) as SealHeader),
  };
}

interface WrittenRecords {
  jsonl: BundledFile;
  csv: BundledFile;
  counts: Record<EvidenceKind, number>;
  erased: number;
}

/** Both files in one pass, so that what is erased meanwhile is erased in both or in neither. */
async function writeRecords(
  zip: BundleZip,
  store: SealStore,
  request: ExportRequest,
  through: SealHeader['through'],
): Promise<WrittenRecords> {
  const jsonl = zip.add('records.jsonl');
  const csv = zip.add('records.csv');
  const formatRow = createCsvFormatter(csvColumns);
  await csv.write(`\ufeff${csvColumns.join(',')}\r\n`);
  const counts = Object.fromEntries(evidenceKinds.map((kind) => [kind, 0])) as Record<EvidenceKind, number>;
  let erased = 0;
  for (const kind of evidenceKinds) {
    for await (const record of readSealed(store, request, kind, through[kind] ?? 0)) {
      await jsonl.write(`${toCanonicalJson(toLine(record))}\n`);
      await csv.write(formatRow(record));
      counts[kind] += 1;
      if (record.words === null) erased += 1;
    }
  }
  return { jsonl: await jsonl.end(), csv: await csv.end(), counts, erased };
}

async function* readSealed(
  store: SealStore,
  { unitId, period }: ExportRequest,
  kind: EvidenceKind,
  through: number,
): AsyncGenerator<ExportedRecord> {
  let after = 0;
  for (;;) {
    const range = { after, through, limit: recordsPerPage };
    const page = await store.readRecords(kind, unitId, period, range);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < recordsPerPage) return;
    after = last.seq;
  }
}

function toLine({ at, body, kind, seq, words }: ExportedRecord): Json {
  const line = { at, body, kind, seq };
  if (words === undefined) return line;
  return {
    ...line,
    words: words === null ? null : { ...words, explanation: words.explanation.map((one) => ({ ...one })) },
  };
}
