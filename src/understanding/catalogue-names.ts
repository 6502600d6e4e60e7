import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';

/** One procedure of the national catalogue, as far as finding it goes. */
export interface CatalogueName {
  code: string;
  name: string;
  /** Whether the commune decides it; those are asked about more. */
  commune: boolean;
}

const line = z.object({
  ma_thu_tuc: z.string().min(1),
  ten_thu_tuc: z.string().min(1),
  cap_thuc_hien: z.string().optional(),
  raw_text: z.string().optional(),
});

/**
 * Reads codes and names from a dump (JSON lines, plain or gzip). A record whose page does not print its code holds another
 * procedure, as crawlers are sent on, and is left out. Throws AppError `invalid-input` for a bad line.
 */
export function readCatalogueNames(path: string): CatalogueName[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new AppError('not-found', 'The catalogue file cannot be read: check the path', { cause: error });
  }
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const names: CatalogueName[] = [];
  const lines = Buffer.from(plain).toString('utf8').split('\n');
  lines.forEach((text, index) => {
    if (text.trim() === '') return;
    const name = parseLine(text, index + 1);
    if (name !== null) names.push(name);
  });
  return names;
}

function parseLine(text: string, number: number): CatalogueName | null {
  try {
    const record = line.parse(JSON.parse(text));
    if (record.raw_text?.includes(record.ma_thu_tuc) === false) return null;
    return {
      code: record.ma_thu_tuc,
      name: record.ten_thu_tuc,
      commune: record.cap_thuc_hien?.includes('Cấp xã') ?? false,
    };
  } catch (error) {
    throw new AppError('invalid-input', `Line ${number} of the catalogue is not a procedure record`, {
      cause: error,
    });
  }
}
