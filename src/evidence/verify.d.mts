import type { ExportedRecord } from '../core/evidence.ts';

/** What a bundle that passed holds; see evidence.md. */
export interface EvidenceSummary {
  unit: string;
  period: { id: string; from: string; to: string };
  exportedAt: string;
  /** The manifest's own hash. */
  checksum: string;
  records: Record<string, number>;
  erased: number;
  seals: number;
  seal: { number: number; hash: string } | null;
  sealedAt: string | null;
  /** Records sealed more than 24 hours after they happened. */
  late: number;
  /** Number of the newest seal that a trusted root vouches for; null when none was given. */
  trustedThrough: number | null;
  /** Records of the period that were sealed after it. */
  afterTrusted: number | null;
  /** SHA-256 of the verifier in the bundle. */
  verifier: string;
}

/** The first thing found wrong. */
export class EvidenceFault extends Error {
  /** Stable word. */
  readonly code: string;
  /** The record, seal or file. */
  readonly subject: string;
}

/** Verifies a zip or the folder it was unpacked into; throws EvidenceFault. `roots` are hashes of seals known from elsewhere; `threads` check the records (by itself: one a core, none for a small bundle). */
export function verifyEvidence(
  path: string,
  options?: { roots?: readonly string[]; threads?: number },
): Promise<EvidenceSummary>;

export function formatSummary(summary: EvidenceSummary): string;

export function formatFailure(error: unknown): string;

/** Makes the rows of records.csv, each with its line end. */
export function createCsvFormatter(columns: readonly string[]): (record: ExportedRecord) => string;
