import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { unzipSync, zipSync } from 'fflate';
import { toCanonicalJson, type Json } from '../../../src/core/canonical-json.ts';
import { createEvidence, type Evidence } from '../../../src/evidence/evidence.ts';
import type { EvidencePeriod } from '../../../src/evidence/export-bundle.ts';
import { createAuditStore } from '../../../src/storage/sql/audit-store.ts';
import { createConsentStore } from '../../../src/storage/sql/consent-store.ts';
import type { Database } from '../../../src/storage/sql/database.ts';
import { eraseWords } from '../../../src/storage/sql/erase-words.ts';
import { createInteractionStore } from '../../../src/storage/sql/interaction-store.ts';
import { createSqlLeases } from '../../../src/storage/sql/leases.ts';
import { createSealStore } from '../../../src/storage/sql/seal-store.ts';
import { silentLogger } from '../../services/silent-logger.ts';
import { anInteraction } from '../../services/storage-fixtures.ts';

export const documentPath = join(import.meta.dirname, '../../../docs/evidence.md');

/** The third quarter with the administrative cut-off, Vietnam time. */
export const thirdQuarter: EvidencePeriod = {
  id: '2026-Q3',
  from: new Date('2026-06-14T17:00:00Z'),
  to: new Date('2026-09-14T17:00:00Z'),
};

export function createTestEvidence(database: Database, now = new Date('2026-09-20T00:00:00Z')): Evidence {
  return createEvidence({
    store: createSealStore(database, { writerWaitMs: 2_000 }),
    leases: createSqlLeases(database),
    clock: { now: () => now },
    logger: silentLogger,
    documentPath,
  });
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** An empty folder, which goes when the tests of the file are done. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tthc-evidence-'));
  folders.push(folder);
  return folder;
}

const hourMs = 3_600_000;

/**
 * A quarter of one unit in five batches: twelve interactions in each, the first batch before the quarter, the last after
 * it, with deliveries, a consent and an act of staff; the words of one citizen are erased after sealing.
 */
export async function fillQuarter(database: Database, evidence: Evidence, unitId: string): Promise<void> {
  const store = createInteractionStore(database);
  const starts = [
    '2026-06-14T06:00:00Z',
    '2026-06-14T16:50:00Z',
    '2026-07-20T01:00:00Z',
    '2026-09-14T16:55:00Z',
  ];
  for (const [batch, start] of [...starts, '2026-09-16T00:00:00Z'].entries()) {
    const interactions = Array.from({ length: 12 }, (_, index) => {
      const at = new Date(Date.parse(start) + index * 61_000).toISOString();
      return anInteraction({
        unitId,
        citizen: `citizen-${index % 4}`,
        receivedAt: at,
        handledAt: at,
        confidence: index === 3 ? null : 0.1 + index / 13,
        maskedText: index === 5 ? null : `=SUM(A1) câu hỏi ${batch}.${index}, "số" [điện thoại]\nlàm ơn 🙂`,
        outreach: index === 2 ? 'to-roi-7' : null,
      });
    });
    await store.append(interactions);
    await store.appendDeliveries(
      interactions.slice(0, 6).map((interaction, index) => ({
        interactionId: interaction.id,
        unitId,
        part: 0,
        status: index === 4 ? 'refused' : 'sent',
        at: interaction.handledAt,
        code: index === 4 ? '-230' : null,
        messageId: index === 4 ? null : `m-${batch}-${index}`,
      })),
    );
    const at = new Date(Date.parse(start) + hourMs / 10).toISOString();
    await createConsentStore(database).append({
      ...{ unitId, channel: 'web', citizen: 'citizen-1', noticeVersion: '1', at },
      decision: 'granted',
    });
    await createAuditStore(database).append({
      ...{ at, actor: 'admin', unitId, action: 'content.publish', subject: 'topic:birth-registration' },
      ...{ before: { version: 1 }, after: { version: 2, note: 'sửa lệ phí' } },
    });
    await evidence.sealNew([unitId]);
  }
  await eraseWords(database, { citizen: 'citizen-2' });
}

/** A bundle taken apart, to be changed and put together again. */
export interface OpenBundle {
  files: Record<string, Uint8Array>;
}

export interface Line {
  at: string;
  body: Record<string, Json>;
  kind: string;
  seq: number;
  words?: {
    explanation: { code: string; text: string; weight?: number }[];
    maskedText: string | null;
    salt: string;
  } | null;
}

export interface SealLine {
  hash: string;
  header: Record<string, Json> & {
    number: number;
    previous: string;
    root: string;
    sealedAt: string;
    count: number;
  };
  leaves: { at: string; body: string; kind: string; seq: number }[] | null;
}

export async function openBundle(path: string): Promise<OpenBundle> {
  return { files: unzipSync(await readFile(path)) };
}

export function readLines<T>({ files }: OpenBundle, name: string): T[] {
  return Buffer.from(files[name] ?? '')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

export function writeLines(bundle: OpenBundle, name: string, lines: readonly object[]): void {
  const text = lines.map((line) => `${toCanonicalJson(line as Json)}\n`).join('');
  bundle.files[name] = Buffer.from(text, 'utf8');
}

export function readText({ files }: OpenBundle, name: string): string {
  return Buffer.from(files[name] ?? '').toString('utf8');
}

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Hashes as evidence.md has them, written down once more. */
export const hashes = {
  body: (body: Json) => sha256(Buffer.of(2), toCanonicalJson(body)).toString('hex'),
  seal: (header: Json) => sha256(Buffer.of(3), toCanonicalJson(header)).toString('hex'),
  /** RFC 6962, by its recursive definition. */
  tree(leaves: readonly object[]): Buffer {
    const [only] = leaves;
    if (leaves.length === 1) return sha256(Buffer.of(0), toCanonicalJson(only as Json));
    let half = 1;
    while (half * 2 < leaves.length) half *= 2;
    return sha256(Buffer.of(1), hashes.tree(leaves.slice(0, half)), hashes.tree(leaves.slice(half)));
  },
  manifest: (manifest: Json) => sha256(Buffer.of(4), toCanonicalJson(manifest)).toString('hex'),
};

/** Makes the manifest fit the files again, as somebody would who hides a change. */
export function remakeManifest(
  bundle: OpenBundle,
  change: (manifest: Record<string, Json>) => void = () => undefined,
): void {
  const { checksum: _, ...manifest } = JSON.parse(readText(bundle, 'manifest.json')) as Record<string, Json>;
  const lines = readText(bundle, 'records.jsonl').split('\n').slice(0, -1);
  const kinds = Object.keys(manifest.records as object);
  manifest.records = Object.fromEntries(
    kinds.map((kind) => [kind, lines.filter((line) => line.includes(`"kind":"${kind}","seq"`)).length]),
  );
  manifest.erased = lines.filter((line) => line.endsWith('"words":null}')).length;
  const seals = readLines<SealLine>(bundle, 'seals.jsonl');
  const last = seals.at(-1);
  manifest.seals = seals.length;
  manifest.seal = last === undefined ? null : { hash: last.hash, number: last.header.number };
  manifest.files = Object.fromEntries(
    Object.entries(bundle.files)
      .filter(([name]) => name !== 'manifest.json')
      .map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes).toString('hex') }]),
  );
  change(manifest);
  const whole = { ...manifest, checksum: hashes.manifest(manifest) };
  bundle.files['manifest.json'] = Buffer.from(`${toCanonicalJson(whole)}\n`, 'utf8');
}

/** Makes all seals fit their leaves and each other again from `index` on, or that one alone. */
export function reseal(seals: SealLine[], index: number, onward: boolean): void {
  for (let at = index; at < seals.length; at += 1) {
    const seal = seals[at];
    if (seal === undefined) return;
    if (seal.leaves !== null && seal.leaves.length > 0)
      seal.header.root = hashes.tree(seal.leaves).toString('hex');
    if (at > index) seal.header.previous = seals[at - 1]?.hash ?? '';
    seal.hash = hashes.seal(seal.header);
    if (!onward) return;
  }
}

export async function writeBundle(bundle: OpenBundle): Promise<string> {
  const path = join(await makeFolder(), 'bundle.zip');
  await writeFile(path, zipSync(bundle.files, { level: 1 }));
  return path;
}
