import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Keeps one value between starts: what was made from sources of one version. */
export interface VersionCache<T> {
  /** The value of this version; undefined when there is none, or it is damaged or of another Node. */
  read(version: string): T | undefined;
  /** Keeps the value and forgets those of other versions. A failure only costs time later. */
  write(version: string, value: T): void;
}

/**
 * Caches plain data (objects, lists, maps, typed arrays) as files `<name>-<version>…` of a folder that only this
 * application writes. A version stands for everything the value is made from: name the code in it too (`hashCode`).
 */
export function createVersionCache<T>(directory: string, name: string): VersionCache<T> {
  const prefix = `${name}-`;
  const pathOf = (version: string) => join(directory, `${prefix}${version}-${process.versions.v8}.bin`);
  return {
    read(version) {
      try {
        return deserialize(readFileSync(pathOf(version))) as T;
      } catch {
        return undefined;
      }
    },
    write(version, value) {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        const draft = join(directory, `${name}.${process.pid}.tmp`);
        writeFileSync(draft, serialize(value), { mode: 0o600 });
        for (const other of readdirSync(directory)) {
          if (other.startsWith(prefix)) rmSync(join(directory, other), { force: true });
        }
        renameSync(draft, pathOf(version));
      } catch {
        return;
      }
    },
  };
}

/** Short hash of the program files that stand directly in these folders. */
export function hashCode(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (/\.(?:ts|js)$/.test(name))
        hash
          .update(name)
          .update('\0')
          .update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
