import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { toCanonicalJson } from '../core/canonical-json.ts';
import { evidenceKinds, type EvidenceKind, type EvidenceRecord, type SealStore } from '../core/evidence.ts';
import { toEvidenceInstant } from './instants.ts';
import { createLeaf, hashSeal, hashTree, noSeal, type Leaf, type SealHeader } from './seal-hash.ts';

/** Leaves of a batch at most: bounds memory and the size of a line in the export. */
const batchSize = 4_096;
/** Rows read, and records hashed, in one go; in between, the process serves messages. */
const readInOneGo = 256;
const hashedInOneGo = 128;

/**
 * Seals all rows of a unit up to `horizon` in as many batches as it takes and returns how many. Runs at most once at a
 * time per unit; should two run, the seal's number lets one of them fail.
 */
export async function sealUnit(
  store: SealStore,
  unitId: string,
  horizon: ReadonlyMap<EvidenceKind, number>,
  now: () => Date,
): Promise<number> {
  let sealed = 0;
  const newest = await store.readNewest(unitId);
  let previous: Previous | undefined =
    newest === undefined ? undefined : { hash: newest.hash, header: JSON.parse(newest.header) as SealHeader };
  for (;;) {
    const records = await readBatch(store, unitId, previous?.header.through ?? {}, horizon);
    if (records.length === 0) return sealed;
    const leaves = await createLeaves(records);
    const header = createHeader(unitId, previous, leaves, now());
    const text = toCanonicalJson({ ...header });
    const hash = hashSeal(text);
    const { number, firstAt, lastAt, latestAt, sealedAt } = header;
    await store.append({
      ...{ unitId, number, hash, header: text, firstAt, lastAt, latestAt, sealedAt },
      leaves: toCanonicalJson(leaves.map((leaf) => ({ ...leaf }))),
    });
    sealed += leaves.length;
    previous = { hash, header };
  }
}

interface Previous {
  hash: string;
  header: SealHeader;
}

async function readBatch(
  store: SealStore,
  unitId: string,
  sealedThrough: SealHeader['through'],
  horizon: ReadonlyMap<EvidenceKind, number>,
): Promise<EvidenceRecord[]> {
  const records: EvidenceRecord[] = [];
  for (const kind of evidenceKinds) {
    let after = sealedThrough[kind] ?? 0;
    const through = horizon.get(kind) ?? 0;
    while (after < through && records.length < batchSize) {
      const limit = Math.min(readInOneGo, batchSize - records.length);
      const page = await store.readUnsealed(kind, unitId, { after, through, limit });
      records.push(...page);
      after = page.length < limit ? through : (page.at(-1)?.seq ?? through);
    }
  }
  return records;
}

async function createLeaves(records: readonly EvidenceRecord[]): Promise<Leaf[]> {
  const leaves: Leaf[] = [];
  for (const record of records) {
    leaves.push(createLeaf(record));
    if (leaves.length % hashedInOneGo === 0) await yieldToOthers();
  }
  return leaves;
}

function createHeader(
  unitId: string,
  previous: Previous | undefined,
  leaves: readonly Leaf[],
  now: Date,
): SealHeader {
  const times = leaves.map(({ at }) => at).sort();
  const firstAt = times[0] ?? '';
  const lastAt = times.at(-1) ?? '';
  const sealedAt = toEvidenceInstant(now);
  const before = previous?.header;
  return {
    v: 1,
    unit: unitId,
    number: (before?.number ?? 0) + 1,
    previous: previous?.hash ?? noSeal,
    root: hashTree(leaves),
    count: leaves.length,
    firstAt,
    lastAt,
    latestAt: latest(before?.latestAt, lastAt),
    // Leaves come by kind and number: the last of a kind is its highest.
    through: { ...before?.through, ...Object.fromEntries(leaves.map(({ kind, seq }) => [kind, seq])) },
    // A clock that was set back must not make the chain run backwards.
    sealedAt: latest(before?.sealedAt, sealedAt),
  };
}

function latest(one: string | undefined, other: string): string {
  return one === undefined || one < other ? other : one;
}
