import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Asset {
  /** Holds a hash of the content, so that it may be kept for ever. */
  path: string;
  type: string;
  body: Buffer;
}

/** The console's own style and script. */
export function loadAssets(): { style: Asset; script: Asset } {
  return { style: load('staff.css', 'text/css'), script: load('staff.js', 'text/javascript') };
}

function load(name: string, type: string): Asset {
  const body = readFileSync(join(import.meta.dirname, 'assets', name));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `/staff/-/assets/${hash}-${name}`, type, body };
}
