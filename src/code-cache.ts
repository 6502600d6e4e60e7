import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Keeps compiled programs between starts, beside the packages; halves the time of a start. It counts for what is imported
 * afterwards. Where that folder cannot be written (a container), nothing is kept.
 */
export function useCodeCache(): void {
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/tthc'));
}
