import { timingSafeEqual } from 'node:crypto';

/** Whether two byte strings are the same, in a time that does not tell where they differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}
