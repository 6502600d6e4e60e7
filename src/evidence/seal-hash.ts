import { createHash } from 'node:crypto';
import { toCanonicalJson, type Json } from '../core/canonical-json.ts';
import type { EvidenceRecord } from '../core/evidence.ts';

/** One byte before everything that is hashed, so that no two kinds of input can stand for each other. */
const prefixes = { leaf: 0x00, node: 0x01, body: 0x02, seal: 0x03, manifest: 0x04 } as const;
const prefixBytes = Object.fromEntries(
  Object.entries(prefixes).map(([name, byte]) => [name, Uint8Array.of(byte)]),
) as Record<keyof typeof prefixes, Uint8Array>;

function hash(prefix: keyof typeof prefixes, ...parts: (Uint8Array | string)[]): Buffer {
  const digest = createHash('sha256').update(prefixBytes[prefix]);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/**
 * What of a record goes into the Merkle tree. Kind, number and time stand apart from the hash of the rest, so that a
 * record that is not shown can still be seen to lie outside a period.
 */
export interface Leaf {
  at: string;
  /** sha256 of the canonical body, lower-case hex. */
  body: string;
  kind: string;
  seq: number;
}

export function createLeaf({ at, body, kind, seq }: EvidenceRecord): Leaf {
  return { at, body: hash('body', toCanonicalJson(body)).toString('hex'), kind, seq };
}

/**
 * The Merkle tree hash over at least one leaf, lower-case hex. The tree has the shape of RFC 6962: of n leaves the left
 * half has the greatest power of two below n.
 */
export function hashTree(leaves: readonly Leaf[]): string {
  const subtrees: { size: number; hash: Buffer }[] = [];
  const join = () => {
    const right = subtrees.pop();
    const left = subtrees.pop();
    if (left === undefined || right === undefined) throw new Error('a Merkle tree needs at least one leaf');
    subtrees.push({ size: left.size + right.size, hash: hash('node', left.hash, right.hash) });
  };
  for (const { at, body, kind, seq } of leaves) {
    subtrees.push({ size: 1, hash: hash('leaf', toCanonicalJson({ at, body, kind, seq })) });
    while (subtrees.length > 1 && subtrees.at(-1)?.size === subtrees.at(-2)?.size) join();
  }
  while (subtrees.length > 1) join();
  const root = subtrees[0];
  if (root === undefined) throw new Error('a Merkle tree needs at least one leaf');
  return root.hash.toString('hex');
}

/** What a seal says; its hash is the root that reports print and the next seal's `previous`. */
export interface SealHeader {
  v: 1;
  unit: string;
  number: number;
  /** Hash of the seal before; of the first seal, 64 zeros. */
  previous: string;
  /** Merkle tree hash of this batch. */
  root: string;
  count: number;
  firstAt: string;
  lastAt: string;
  /** Latest time of all records up to this batch. */
  latestAt: string;
  /** By kind: the highest number sealed up to this batch. */
  through: { readonly [kind: string]: number };
  sealedAt: string;
}

export const noSeal = '0'.repeat(64);

/** The hash of a seal, from the canonical text of its header. */
export function hashSeal(headerText: string): string {
  return hash('seal', headerText).toString('hex');
}

/** The manifest's hash of itself, its own member `checksum` left out. */
export function hashManifest(manifest: { readonly [name: string]: Json }): string {
  return hash('manifest', toCanonicalJson(manifest)).toString('hex');
}
