import { randomInt } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync, type Zippable } from 'fflate';
import type { Json } from '../../../src/core/canonical-json.ts';
import { EvidenceFault, formatSummary, verifyEvidence } from '../../../src/evidence/verify.mjs';
import type { Database } from '../../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../../src/storage/sql/interaction-store.ts';
import { anInteraction } from '../../services/storage-fixtures.ts';
import { createEmbeddedTestDatabase } from '../../services/test-databases.ts';
import {
  createTestEvidence,
  fillQuarter,
  hashes,
  makeFolder,
  openBundle,
  readLines,
  readText,
  remakeManifest,
  reseal,
  thirdQuarter,
  writeBundle,
  writeLines,
  type Line,
  type OpenBundle,
  type SealLine,
} from './bundle-fixture.ts';

const run = promisify(execFile);

let database: Database;
let original: string;
beforeAll(async () => {
  database = await createEmbeddedTestDatabase();
  const evidence = createTestEvidence(database);
  await fillQuarter(database, evidence, 'hang-gon');
  original = join(await makeFolder(), 'original.zip');
  await evidence.exportPeriod('hang-gon', thirdQuarter, original);
});
afterAll(() => database.close());

async function faultOf(path: string, roots: string[] = [], threads?: number): Promise<EvidenceFault> {
  const outcome: unknown = await verifyEvidence(path, {
    roots,
    ...(threads === undefined ? {} : { threads }),
  }).catch((error: unknown) => error);
  if (outcome instanceof EvidenceFault) return outcome;
  throw new Error(`expected a fault, got ${JSON.stringify(outcome)} ${String(outcome)}`);
}

/** What is found after `change`, when whoever changed it made the manifest fit again. */
async function faultAfter(
  change: (bundle: OpenBundle) => void,
  roots: string[] = [],
): Promise<EvidenceFault> {
  const bundle = await openBundle(original);
  change(bundle);
  remakeManifest(bundle);
  return faultOf(await writeBundle(bundle), roots);
}

/** Changes one record and nothing else; returns the fault and the record as it was. */
async function faultAfterRecord(
  pick: (line: Line) => boolean,
  change: (line: Line) => void,
): Promise<{ fault: EvidenceFault; line: Line }> {
  let line: Line | undefined;
  const fault = await faultAfter((bundle) => {
    const lines = readLines<Line>(bundle, 'records.jsonl');
    const found = lines.find(pick);
    if (found === undefined) throw new Error('no such record');
    line = structuredClone(found);
    change(found);
    writeLines(bundle, 'records.jsonl', lines);
  });
  if (line === undefined) throw new Error('nothing was changed');
  return { fault, line };
}

const isInteraction = ({ kind }: Line) => kind === 'interaction';
const hasWords = ({ words }: Line) => words !== undefined && words !== null && words.maskedText !== null;
const named = ({ kind, seq }: Line) => `${kind} ${seq}`;

/** A different value of the same type. */
function alter(value: Json): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') {
    return value === '' ? 'x' : `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
  }
  return value === null ? 'x' : Array.isArray(value) ? [...(value as Json[]), 'x'] : { ...value, x: 1 };
}

describe('an untouched bundle', () => {
  it('passes, as zip and unpacked, and says what it holds', async () => {
    const summary = await verifyEvidence(original);
    // Counted by hand from the fixture: 2 of the second batch, all 12 of the third, 5 of the fourth.
    expect(summary).toMatchObject({
      unit: 'hang-gon',
      records: { interaction: 19, delivery: 11, consent: 1, audit: 1 },
      erased: 5,
      seals: 5,
      trustedThrough: null,
    });
    const folder = await makeFolder();
    for (const [name, bytes] of Object.entries((await openBundle(original)).files)) {
      await writeFile(join(folder, name), bytes);
    }
    expect(await verifyEvidence(folder)).toEqual(summary);
    await writeFile(join(folder, 'records.csv'), 'kind\r\n');
    expect((await faultOf(folder)).code).toBe('wrong-csv');
  });

  it('says that without a trusted root a consistent re-sealing cannot be found', async () => {
    const summary = await verifyEvidence(original);
    expect(formatSummary(summary)).toContain('--root');
    const trusted = await verifyEvidence(original, { roots: [summary.seal?.hash.toUpperCase() ?? ''] });
    expect(trusted).toMatchObject({ trustedThrough: 5, afterTrusted: 0 });
    expect(formatSummary(trusted)).not.toContain('--root');
  });

  it('says how many records an older trusted root does not vouch for', async () => {
    const seals = readLines<SealLine>(await openBundle(original), 'seals.jsonl');
    const third = seals.find(({ header }) => header.number === 3);
    expect(await verifyEvidence(original, { roots: [third?.hash ?? ''] })).toMatchObject({
      trustedThrough: 3,
      // The fourth batch: 5 interactions and 5 deliveries.
      afterTrusted: 10,
    });
  });

  it('is verified by its own verifier, alone in a folder, under any Node', async () => {
    const folder = await makeFolder();
    const verifier = join(folder, 'verify.mjs');
    const bundle = await openBundle(original);
    await writeFile(verifier, bundle.files['verify.mjs'] ?? '');
    const { stdout } = await run(process.execPath, [verifier, original], { cwd: folder });
    expect(stdout).toContain('NGUYÊN VẸN');
    writeLines(bundle, 'records.jsonl', readLines<Line>(bundle, 'records.jsonl').slice(1));
    remakeManifest(bundle);
    const failed = await run(process.execPath, [verifier, await writeBundle(bundle)]).catch(
      (error: unknown) => error as { code: number; stdout: string },
    );
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('audit 3') });
  });

  it('shows nothing of records outside the period but kind, number, time and a hash', async () => {
    const bundle = await openBundle(original);
    const text = Object.keys(bundle.files)
      .map((name) => readText(bundle, name))
      .join('\n');
    expect(text).toContain('câu hỏi 2.');
    expect(text).not.toContain('câu hỏi 0.');
    expect(text).not.toContain('m-4-');
  });

  it('keeps text from running as a formula in a spreadsheet', async () => {
    const csv = readText(await openBundle(original), 'records.csv');
    expect(csv.startsWith('\ufeffkind,seq,at,')).toBe(true);
    expect(csv).toContain(`"'=SUM(A1) câu hỏi`);
    expect(csv).not.toMatch(/(^|,|")=SUM/m);
  });
});

describe('a changed record, the manifest made to fit', () => {
  it('is named whichever member of whichever kind was changed', async () => {
    const members = readLines<Line>(await openBundle(original), 'records.jsonl').flatMap((line, index) =>
      Object.keys(line.body).map((member) => ({ index, member, of: named(line) })),
    );
    const kinds = new Map(members.map((one) => [`${one.of.split(' ')[0]}.${one.member}`, one]));
    expect(kinds.size).toBeGreaterThan(40);
    for (const { index, member, of } of kinds.values()) {
      const fault = await faultAfter((bundle) => {
        const lines = readLines<Line>(bundle, 'records.jsonl');
        const line = lines[index];
        if (line !== undefined) line.body[member] = alter(line.body[member] ?? null);
        writeLines(bundle, 'records.jsonl', lines);
      });
      expect({ member, code: fault.code }).toEqual({ member, code: 'changed' });
      expect(fault.subject).toContain(of);
    }
  });

  it.each<[string, string, (line: Line) => boolean, (line: Line) => void]>([
    ['a member taken out', 'changed', isInteraction, (line) => delete line.body.topic],
    ['a member put in', 'changed', isInteraction, (line) => (line.body.extra = 1)],
    ['null for a value', 'changed', isInteraction, (line) => (line.body.topic = null)],
    [
      'another time',
      'redated',
      isInteraction,
      (line) => (line.at = line.at.replace('Z', '').slice(0, -1) + '1Z'),
    ],
    ['other words', 'wrong-words', hasWords, ({ words }) => words && (words.maskedText += '.')],
    ['no text but a salt', 'wrong-words', hasWords, ({ words }) => words && (words.maskedText = null)],
    ['another salt', 'wrong-words', hasWords, ({ words }) => words && (words.salt = 'ab'.repeat(16))],
    ['no salt', 'wrong-words', hasWords, ({ words }) => words && (words.salt = '')],
    ['another weight', 'wrong-words', hasWords, ({ words }) => words && (words.explanation[0]!.weight = 9)],
    ['words left out', 'wrong-words', hasWords, (line) => delete line.words],
    ['words where none were', 'wrong-words', ({ kind }) => kind === 'audit', (line) => (line.words = null)],
    ['a foreign member', 'unreadable', isInteraction, (line) => Object.assign(line, { note: 'x' })],
    ['another kind', 'inserted', isInteraction, (line) => (line.kind = 'complaint')],
  ])('%s: %s', async (_name, code, pick, change) => {
    const { fault, line } = await faultAfterRecord(pick, change);
    expect(fault.code).toBe(code);
    expect(fault.subject).toContain(String(line.seq));
  });

  it('is found when only its writing was changed', async () => {
    for (const [from, to] of [
      ['"channel":"web"', '"channel": "web"'],
      ['"channel":"web"', '"channel":"\\u0077eb"'],
      ['"channel":"web"', '"channel":"app","channel":"web"'],
      ['"part":0', '"part":0.0'],
    ] as const) {
      const fault = await faultAfter((bundle) => {
        const text = readText(bundle, 'records.jsonl').replace(from, to);
        bundle.files['records.jsonl'] = Buffer.from(text, 'utf8');
      });
      expect([to, fault.code]).toEqual([to, 'not-canonical']);
    }
  });

  it('is named when it is not even JSON or not UTF-8', async () => {
    for (const spoil of [
      (line: string) => line.slice(1),
      (line: string) => '['.repeat(200_000) + line,
      () => 'null',
      () => '',
    ]) {
      const fault = await faultAfter((bundle) => {
        const lines = readText(bundle, 'records.jsonl').split('\n');
        lines[4] = spoil(lines[4] ?? '');
        bundle.files['records.jsonl'] = Buffer.from(lines.join('\n'), 'utf8');
      });
      expect(fault).toMatchObject({ code: 'unreadable', subject: expect.stringContaining('5') });
    }
  });
});

describe('records removed, inserted, moved', () => {
  it.each([0, 1, 7, 31])('names record %i when it is gone', async (index) => {
    let gone: Line | undefined;
    const fault = await faultAfter((bundle) => {
      const lines = readLines<Line>(bundle, 'records.jsonl');
      [gone] = lines.splice(index, 1);
      writeLines(bundle, 'records.jsonl', lines);
    });
    expect(fault.code).toBe('removed');
    expect(fault.subject).toContain(gone && named(gone));
  });

  it('finds any line dropped, repeated, swapped or moved', async () => {
    const count = readLines<Line>(await openBundle(original), 'records.jsonl').length;
    const place = fc.integer({ min: 0, max: count - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('drop', 'repeat', 'swap', 'move'),
        place,
        place,
        async (how, one, other) => {
          fc.pre(how === 'drop' || how === 'repeat' || one !== other);
          const touched: Line[] = [];
          const fault = await faultAfter((bundle) => {
            const lines = readLines<Line>(bundle, 'records.jsonl');
            const [first, second] = [lines[one], lines[other]];
            if (first === undefined || second === undefined) return;
            touched.push(...lines.slice(Math.min(one, other), Math.max(one, other) + 1), first);
            if (how === 'drop') lines.splice(one, 1);
            if (how === 'repeat') lines.splice(one, 0, first);
            if (how === 'swap') [lines[one], lines[other]] = [second, first];
            if (how === 'move') {
              lines.splice(one, 1);
              lines.splice(other, 0, first);
            }
            writeLines(bundle, 'records.jsonl', lines);
          });
          expect(['removed', 'repeated']).toContain(fault.code);
          expect(touched.some((line) => fault.subject.includes(named(line)))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['between two', 12],
    ['at the end', 31],
  ])('finds one inserted %s', async (_name, index) => {
    const fault = await faultAfter((bundle) => {
      const lines = readLines<Line>(bundle, 'records.jsonl');
      const line = structuredClone(lines[index]);
      if (line === undefined) throw new Error('no such line');
      line.seq += index === 31 ? 1 : 0.5;
      lines.splice(index + 1, 0, line);
      writeLines(bundle, 'records.jsonl', lines);
    });
    expect(fault.code).toBe(index === 31 ? 'inserted' : 'unreadable');
  });

  it('finds a record hidden by shortening the list of leaves', async () => {
    const fault = await faultAfter((bundle) => {
      const lines = readLines<Line>(bundle, 'records.jsonl');
      const gone = lines.splice(20, 1)[0];
      writeLines(bundle, 'records.jsonl', lines);
      const seals = readLines<SealLine>(bundle, 'seals.jsonl');
      for (const seal of seals) {
        seal.leaves = seal.leaves?.filter(({ kind, seq }) => kind !== gone?.kind || seq !== gone.seq) ?? null;
      }
      writeLines(bundle, 'seals.jsonl', seals);
    });
    expect(fault.code).toBe('wrong-leaves');
  });

  it('finds a record hidden by a leaf that claims another time', async () => {
    const fault = await faultAfter((bundle) => {
      const lines = readLines<Line>(bundle, 'records.jsonl');
      const gone = lines.splice(20, 1)[0];
      writeLines(bundle, 'records.jsonl', lines);
      const seals = readLines<SealLine>(bundle, 'seals.jsonl');
      const leaf = seals
        .flatMap(({ leaves }) => leaves ?? [])
        .find(({ kind, seq }) => kind === gone?.kind && seq === gone.seq);
      const seal = seals.find(({ leaves }) => leaf !== undefined && leaves?.includes(leaf));
      if (leaf === undefined || seal === undefined) throw new Error('no such leaf');
      seal.header.lastAt = seal.header.latestAt = leaf.at = '2026-12-01T00:00:00.000000Z';
      seal.hash = hashes.seal(seal.header);
      writeLines(bundle, 'seals.jsonl', seals);
    });
    expect(fault.code).toBe('wrong-tree');
  });
});

describe('records.csv', () => {
  it.each<[string, (text: string) => string]>([
    ['a changed cell', (text) => text.replace('to-roi-7', 'to-roi-8')],
    ['a removed row', (text) => text.replace(/\r\naudit,.*\r\n/, '\r\n')],
    ['another column name', (text) => text.replace('decision', 'decisions')],
    ['another row', (text) => `${text}x\r\n`],
    ['a missing end', (text) => text.slice(0, -2)],
    ['no byte order mark', (text) => text.slice(1)],
  ])('must say the same as records.jsonl: %s', async (_name, change) => {
    const fault = await faultAfter((bundle) => {
      const before = readText(bundle, 'records.csv');
      const after = change(before);
      if (after === before) throw new Error('nothing was changed');
      bundle.files['records.csv'] = Buffer.from(after, 'utf8');
    });
    expect(['wrong-csv', 'extra-csv']).toContain(fault.code);
  });

  it('names the record whose row differs', async () => {
    const bundle = await openBundle(original);
    const line = readLines<Line>(bundle, 'records.jsonl').find(({ body }) => body.outreach === 'to-roi-7');
    const id = line?.body.id as string;
    bundle.files['records.csv'] = Buffer.from(
      readText(bundle, 'records.csv').replace('to-roi-7', 'to-roi-8'),
    );
    const fault = await faultOf(await writeBundle(bundle));
    expect(fault.subject).toContain(line && named(line));
    expect(fault.subject).toContain(id);
  });
});

describe('a bundle of many records', () => {
  let large: string;
  let subjects: string[];
  beforeAll(async () => {
    const own = await createEmbeddedTestDatabase();
    const evidence = createTestEvidence(own);
    // Rows of 300 kB, so that few of them make several batches.
    await createInteractionStore(own).append(
      Array.from({ length: 12 }, (_, index) =>
        anInteraction({
          replyText: `${index} ${'trả lời, "dài" '.repeat(20_000)}`,
          receivedAt: '2026-07-01T00:00:00Z',
        }),
      ),
    );
    large = join(await makeFolder(), 'large.zip');
    await evidence.exportPeriod('hang-gon', thirdQuarter, large);
    await own.close();
    subjects = readLines<Line>(await openBundle(large), 'records.jsonl').map(named);
  });

  it('is checked in threads as it is in one', async () => {
    expect(await verifyEvidence(large, { threads: 3 })).toEqual(await verifyEvidence(large, { threads: 0 }));
  });

  // The first and the last record, and one that begins a batch.
  it.each([
    ['changed', [0, 6, 11]],
    ['removed', [6]],
    ['repeated', [0]],
    ['swapped', [11]],
    ['inserted', [6]],
    ['wrong row', [11]],
    ['extra row', [0]],
    ['not canonical', [6]],
  ] as const)('has the same record named by threads: %s', async (how, places) => {
    for (const index of places) {
      const bundle = await openBundle(large);
      const lines = readLines<Line>(bundle, 'records.jsonl');
      const line = lines[index];
      if (line === undefined) throw new Error('no such record');
      if (how === 'changed') line.body.topic = 'marriage-registration';
      if (how === 'removed') lines.splice(index, 1);
      if (how === 'repeated') lines.splice(index, 0, line);
      if (how === 'swapped')
        lines.splice(
          index === 11 ? 10 : index,
          2,
          ...lines
            .slice(index === 11 ? 10 : index)
            .slice(0, 2)
            .reverse(),
        );
      if (how === 'inserted') lines.splice(index + 1, 0, { ...line, seq: line.seq + 100 });
      writeLines(bundle, 'records.jsonl', lines);
      const csv = readText(bundle, 'records.csv');
      if (how === 'wrong row')
        bundle.files['records.csv'] = Buffer.from(csv.replace(`"${index} trả`, `"${index} tra`));
      if (how === 'extra row') bundle.files['records.csv'] = Buffer.from(`${csv}x\r\n`);
      if (how === 'not canonical') {
        const text = readText(bundle, 'records.jsonl').split('\n');
        text[index] = (text[index] ?? '').replace('{"at"', '{ "at"');
        bundle.files['records.jsonl'] = Buffer.from(text.join('\n'));
      }
      remakeManifest(bundle);
      const path = await writeBundle(bundle);
      const alone = await faultOf(path, [], 0);
      expect(await faultOf(path, [], 2)).toEqual(alone);
      expect(alone.subject).toContain(
        how === 'extra row'
          ? 'records.csv'
          : (subjects[how === 'swapped' && index === 11 ? 10 : index] ?? '').replace(/\d+$/, ''),
      );
    }
  });
});

describe('seals', () => {
  it('must hash to what they say, whichever member was changed', async () => {
    const [first] = readLines<SealLine>(await openBundle(original), 'seals.jsonl');
    for (const member of Object.keys(first?.header ?? {})) {
      for (const index of [0, 2, 4]) {
        const fault = await faultAfter((bundle) => {
          const seals = readLines<SealLine>(bundle, 'seals.jsonl');
          const header = seals[index]?.header as Record<string, Json>;
          header[member] = alter(header[member] ?? null);
          writeLines(bundle, 'seals.jsonl', seals);
        });
        expect(['wrong-hash', 'bad-seal']).toContain(fault.code);
      }
    }
  });

  it('must continue the seal before: one made anew alone is found', async () => {
    const fault = await faultAfter((bundle) => {
      const lines = readLines<Line>(bundle, 'records.jsonl');
      const line = lines.find(({ kind, body }) => kind === 'interaction' && body.outreach === 'to-roi-7');
      if (line === undefined) throw new Error('no such record');
      line.body.decision = 'fallback';
      const seals = readLines<SealLine>(bundle, 'seals.jsonl');
      const index = seals.findIndex(({ leaves }) =>
        leaves?.some((leaf) => leaf.kind === line.kind && leaf.seq === line.seq),
      );
      const leaf = seals[index]?.leaves?.find(({ kind, seq }) => kind === line.kind && seq === line.seq);
      if (leaf === undefined) throw new Error('no such leaf');
      leaf.body = hashes.body(line.body);
      reseal(seals, index, false);
      writeLines(bundle, 'records.jsonl', lines);
      writeLines(bundle, 'seals.jsonl', seals);
    });
    expect(fault).toMatchObject({ code: 'wrong-chain', subject: expect.stringContaining('4') });
  });

  it('when all are made anew, only a trusted root tells', async () => {
    const bundle = await openBundle(original);
    const lines = readLines<Line>(bundle, 'records.jsonl').filter(({ kind }) => kind === 'interaction');
    const seals = readLines<SealLine>(bundle, 'seals.jsonl');
    const trusted = seals.at(-1)?.hash ?? '';
    const forged = readLines<Line>(bundle, 'records.jsonl');
    const target = forged.find(({ seq, kind }) => kind === 'interaction' && seq === lines[5]?.seq);
    if (target?.words === undefined || target.words === null) throw new Error('no such record');
    const leaf = seals
      .flatMap(({ leaves }) => leaves ?? [])
      .find(({ kind, seq }) => kind === target.kind && seq === target.seq);
    if (leaf === undefined) throw new Error('no such leaf');
    const before = target.body.decision as string;
    target.body.decision = before === 'answer' ? 'handover' : 'answer';
    leaf.body = hashes.body(target.body);
    reseal(seals, 0, true);
    writeLines(bundle, 'records.jsonl', forged);
    writeLines(bundle, 'seals.jsonl', seals);
    bundle.files['records.csv'] = Buffer.from(
      readText(bundle, 'records.csv')
        .split('\r\n')
        .map((row) =>
          row.includes(target.body.id as string)
            ? row.replace(`,${before},`, `,${target.body.decision as string},`)
            : row,
        )
        .join('\r\n'),
    );
    remakeManifest(bundle);
    const path = await writeBundle(bundle);
    expect((await verifyEvidence(path)).trustedThrough).toBeNull();
    expect(await faultOf(path, [trusted])).toMatchObject({ code: 'unknown-root', subject: trusted });
  });

  it('may not be cut off at the end when the root is known', async () => {
    const bundle = await openBundle(original);
    const seals = readLines<SealLine>(bundle, 'seals.jsonl');
    const cut = seals.pop();
    writeLines(bundle, 'seals.jsonl', seals);
    remakeManifest(bundle);
    const path = await writeBundle(bundle);
    await verifyEvidence(path);
    expect((await faultOf(path, [cut?.hash ?? ''])).code).toBe('unknown-root');
  });

  it.each<[string, string, (seals: SealLine[]) => unknown]>([
    ['cut off at the start', 'wrong-chain', (seals) => seals.shift()],
    ['with one left out', 'wrong-chain', (seals) => seals.splice(2, 1)],
    ['with one repeated', 'wrong-chain', (seals) => seals.splice(2, 0, seals[2]!)],
    ['swapped', 'wrong-chain', (seals) => seals.splice(1, 2, seals[2]!, seals[1]!)],
    ['all gone', 'inserted', (seals) => seals.splice(0)],
    ['with a batch closed', 'wrong-leaves', (seals) => (seals[2]!.leaves = null)],
    ['with an empty batch', 'wrong-leaves', (seals) => (seals[2]!.leaves = [])],
    ['with leaves swapped', 'wrong-leaves', (seals) => seals[2]!.leaves!.reverse()],
    ['with a leaf changed', 'wrong-tree', (seals) => (seals[2]!.leaves![3]!.body = 'a'.repeat(64))],
    ['of another unit', 'bad-seal', (seals) => (seals[0]!.header.unit = 'bau-ham')],
  ])('%s: %s', async (_name, code, change) => {
    const fault = await faultAfter((bundle) => {
      const seals = readLines<SealLine>(bundle, 'seals.jsonl');
      change(seals);
      writeLines(bundle, 'seals.jsonl', seals);
    });
    expect(fault.code).toBe(code);
  });

  it('must end where the manifest says', async () => {
    const bundle = await openBundle(original);
    writeLines(bundle, 'seals.jsonl', readLines<SealLine>(bundle, 'seals.jsonl').slice(0, -1));
    expect((await faultOf(await writeBundle(bundle))).code).toBe('wrong-end');
  });

  it('refuses a root that is none', async () => {
    expect((await faultOf(original, ['abc'])).code).toBe('bad-root');
  });
});

describe('the manifest', () => {
  it('shows any change of itself', async () => {
    const { files } = await openBundle(original);
    const text = Buffer.from(files['manifest.json'] ?? '').toString('utf8');
    for (const [from, to] of [
      ['2026-Q3', '2026-Q2'],
      ['"erased":5', '"erased":4'],
      ['hang-gon', 'hang-gan'],
      ['\n', ''],
      ['{', '{ '],
    ] as const) {
      const path = await writeBundle({
        files: { ...files, 'manifest.json': Buffer.from(text.replace(from, to)) },
      });
      expect([to, (await faultOf(path)).code]).toEqual([to, 'bad-manifest']);
    }
  });

  it.each<[string, string, (manifest: Record<string, Json>) => void]>([
    ['another count', 'wrong-counts', (manifest) => (manifest.erased = 4)],
    ['another unit', 'bad-seal', (manifest) => (manifest.unit = 'bau-ham')],
    [
      'another file hash',
      'bad-file',
      (manifest) =>
        ((manifest.files as Record<string, Record<string, Json>>)['evidence.md']!.sha256 = 'a'.repeat(64)),
    ],
    ['another end', 'wrong-end', (manifest) => (manifest.seals = 4)],
    [
      'a wider period',
      'wrong-leaves',
      (manifest) => ((manifest.period as Record<string, Json>).from = '2026-01-01T00:00:00.000000Z'),
    ],
    ['a column left out', 'wrong-csv', (manifest) => (manifest.columns as Json[]).splice(5, 1)],
    ['a member too many', 'bad-manifest', (manifest) => (manifest.note = 'x')],
  ])('made to fit itself again: %s: %s', async (_name, code, change) => {
    const bundle = await openBundle(original);
    remakeManifest(bundle, change);
    expect((await faultOf(await writeBundle(bundle))).code).toBe(code);
  });
});

describe('any byte', () => {
  it('changed in any file is found, without the manifest made to fit', async () => {
    const { files } = await openBundle(original);
    const names = Object.keys(files);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, offset, mask) => {
          const bytes = Buffer.from(files[name] ?? '');
          const at = offset % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          await faultOf(await writeBundle({ files: { ...files, [name]: bytes } }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('changed in the zip is found, or changes no file', async () => {
    const zip = await readFile(original);
    const folder = await makeFolder();
    const expected = (await verifyEvidence(original)).checksum;
    const path = join(folder, 'flipped.zip');
    // Of the directory and the first file's beginning every third byte, another third each time; and some of the data.
    const first = randomInt(3);
    const offsets = new Set([
      ...Array.from({ length: 200 }, (_, index) => zip.length - 1 - first - 3 * index),
      ...Array.from({ length: 26 }, (_, index) => first + 3 * index),
      ...Array.from({ length: 60 }, () => randomInt(zip.length)),
    ]);
    for (const offset of offsets) {
      const flipped = Buffer.from(zip);
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << randomInt(8));
      await writeFile(path, flipped);
      const outcome = await verifyEvidence(path).catch((error: unknown) => error);
      if (outcome instanceof EvidenceFault) continue;
      // Passing is right only where the content is untouched: a time stamp, a version number.
      expect(outcome).toMatchObject({ checksum: expected });
    }
  });

  it('missing at the end, or put before or behind, is found', async () => {
    const zip = await readFile(original);
    const path = join(await makeFolder(), 'cut.zip');
    for (const length of [
      0,
      1,
      21,
      22,
      100,
      zip.length >> 1,
      zip.length - 23,
      zip.length - 22,
      zip.length - 1,
    ]) {
      await writeFile(path, zip);
      await truncate(path, length);
      expect(['bad-zip', 'unsafe-zip', 'missing']).toContain((await faultOf(path)).code);
    }
    for (const padded of [Buffer.concat([zip, Buffer.of(0)]), Buffer.concat([Buffer.of(0), zip])]) {
      await writeFile(path, padded);
      expect(['bad-zip', 'unsafe-zip']).toContain((await faultOf(path)).code);
    }
  });
});

describe('hostile zips', () => {
  async function faultOfZip(
    change: (files: Zippable) => Zippable,
    patch?: (zip: Buffer) => void,
  ): Promise<string> {
    const { files } = await openBundle(original);
    const zip = Buffer.from(zipSync(change({ ...files }), { level: 1 }));
    patch?.(zip);
    const path = join(await makeFolder(), 'hostile.zip');
    await writeFile(path, zip);
    return (await faultOf(path)).code;
  }

  it('with paths that lead elsewhere, or files of no use, are refused', async () => {
    for (const name of ['../../evil', '/etc/cron.d/evil', 'a/records.jsonl', 'RECORDS.CSV', 'x']) {
      const { files } = await openBundle(original);
      delete files['evidence.md'];
      const path = join(await makeFolder(), 'hostile.zip');
      await writeFile(path, zipSync({ ...files, [name]: Buffer.from('x') }));
      expect((await faultOf(path)).code).toBe('unsafe-zip');
    }
  });

  it('with too many files, a missing one or one twice are refused', async () => {
    expect(await faultOfZip((files) => ({ ...files, more: Buffer.from('x') }))).toBe('unsafe-zip');
    expect(await faultOfZip(({ 'verify.mjs': _, ...files }) => files)).toBe('missing');
    const twice = (zip: Buffer) => {
      for (let at = zip.indexOf('verify.mjs'); at !== -1; at = zip.indexOf('verify.mjs', at + 1))
        zip.write('seals.json', at);
      for (let at = zip.indexOf('seals.jsonl'); at !== -1; at = zip.indexOf('seals.jsonl', at + 1))
        zip.write('seals.jsonl', at);
    };
    expect(await faultOfZip((files) => files, twice)).toBe('unsafe-zip');
  });

  it('that inflate to more than they say, or say too much, are refused without inflating it all', async () => {
    const bomb = Buffer.alloc(30_000_000);
    expect(await faultOfZip((files) => ({ ...files, 'evidence.md': bomb }))).toBe('too-large');
    // Says one byte in the directory and behind the data, and holds thirty million.
    const lie = (zip: Buffer) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(bomb.length);
      for (let at = zip.indexOf(size); at !== -1; at = zip.indexOf(size, at + 1)) zip.writeUInt32LE(1, at);
    };
    expect(await faultOfZip((files) => ({ ...files, 'records.jsonl': bomb }), lie)).toBe('too-large');
  });

  it('with a line without end are refused', async () => {
    const endless = Buffer.alloc(17 * 1024 * 1024, 0x5b);
    expect(await faultOfZip((files) => ({ ...files, 'seals.jsonl': endless }))).toBe('too-large');
  });

  it('and what is no zip is told from what is not there', async () => {
    const folder = await makeFolder();
    expect((await faultOf(join(folder, 'none.zip'))).code).toBe('cannot-open');
    await writeFile(join(folder, 'text.zip'), 'x'.repeat(5_000));
    expect((await faultOf(join(folder, 'text.zip'))).code).toBe('bad-zip');
    await mkdir(join(folder, 'empty'));
    expect((await faultOf(join(folder, 'empty'))).code).toBe('missing');
  });
});
