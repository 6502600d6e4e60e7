import { toCanonicalJson } from '../core/canonical-json.ts';
import type { Seal } from '../core/evidence.ts';

/** What is handed to somebody outside, so that the chain up to this seal can't be made anew later without it showing. */
export interface Anchor {
  v: 1;
  unit: string;
  number: number;
  /** The root to give to `evidence verify --root`. */
  hash: string;
  sealedAt: string;
}

/** Sends an anchor somewhere that the operator of this system cannot rewrite: a mailbox, a notary service. */
export interface AnchorPublisher {
  /** Rejects when it could not be handed over. */
  publish(anchor: Anchor): Promise<void>;
}

/** The anchor of a seal. Holds no citizen's data. */
export function createAnchor({ unitId, number, hash, sealedAt }: Seal): Anchor {
  return { v: 1, unit: unitId, number, hash, sealedAt };
}

/** The bytes to send or file: canonical JSON and a line end. */
export function formatAnchor(anchor: Anchor): string {
  return `${toCanonicalJson({ ...anchor })}\n`;
}
