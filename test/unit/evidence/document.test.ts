import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toCanonicalJson, type Json } from '../../../src/core/canonical-json.ts';
import { evidenceFields, type EvidenceRecord } from '../../../src/core/evidence.ts';
import { createLeaf, hashSeal, hashTree, type Leaf } from '../../../src/evidence/seal-hash.ts';
import { documentPath, hashes } from './bundle-fixture.ts';

interface Example {
  records: EvidenceRecord[];
  bodies: string[];
  leaves: string[];
  header: Record<string, Json>;
  hash: string;
}

const document = await readFile(documentPath, 'utf8');
const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(document)?.[1] ?? '') as Example;

describe('the documentation page', () => {
  it('has an example that the seals are really made like', () => {
    const leaves = example.records.map(createLeaf);
    expect(leaves.map(({ body }) => body)).toEqual(example.bodies);
    expect(leaves.map((leaf) => hashTree([leaf]))).toEqual(example.leaves);
    expect(hashTree(leaves)).toBe(example.header.root);
    expect(hashSeal(toCanonicalJson(example.header))).toBe(example.hash);
  });

  it('lists the members of every kind of record', () => {
    for (const [kind, fields] of Object.entries(evidenceFields)) {
      expect(document).toContain(`| \`${kind}\` |`);
      expect(document).toContain(`\`${fields.join(' ')}\``);
    }
    for (const { kind, body } of example.records) {
      expect(Object.keys(body).sort()).toEqual([...evidenceFields[kind]].sort());
    }
  });
});

describe('the Merkle tree', () => {
  it('has the shape of RFC 6962 for any number of leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), (count) => {
        const leaves: Leaf[] = Array.from({ length: count }, (_, seq) => ({
          at: '2026-07-01T00:00:00.000000Z',
          body: 'ab'.repeat(32),
          kind: 'interaction',
          seq,
        }));
        expect(hashTree(leaves)).toBe(hashes.tree(leaves).toString('hex'));
      }),
    );
  });

  it('has no root without leaves', () => {
    expect(() => hashTree([])).toThrow('at least one leaf');
  });
});
