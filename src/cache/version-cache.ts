import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { packValue, unpackValue } from './pack-value.ts';

/** Where what is made of the files that came with the program is put when it is installed (make-ready.ts). */
export const readyDir = join(import.meta.dirname, '../../node_modules/.cache/tthc/ready');

/** Keeps values between starts: what was made from sources of one version or another. */
export interface VersionCache<T> {
  /** The value of this version; undefined when there is none, or it is damaged or of another Node. */
  read(version: string): T | undefined;
  /** Keeps the value and forgets those that were not used for longest. A failure only costs time later. */
  write(version: string, value: T): void;
}

/**
 * Caches plain data (objects, lists, maps, typed arrays) as files `<name>-<version>…` of a folder that only this
 * application writes. A version stands for everything the value is made from: name the code in it too (`hashCode`).
 * `kept` versions are kept: more than one where it is usual to go back. A version that only `ready` has is taken over
 * from there.
 */
export function createVersionCache<T>(
  directory: string,
  name: string,
  kept = 1,
  ready = readyDir,
): VersionCache<T> {
  const prefix = `${name}-`;
  const fileOf = (version: string) => `${prefix}${version}-${process.versions.v8}.bin`;
  // Threads of one process may make the same version at the same time.
  const draft = join(directory, `${name}.${process.pid}-${threadId}.tmp`);
  const readFrom = (path: string) => {
    const value = unpackValue(readFileSync(path)) as T;
    if (kept > 1) markUsed(path);
    return value;
  };
  /** Puts a file that `fill` writes in its place, at once, and forgets what was not used for longest. */
  const put = (version: string, fill: (path: string) => void) => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    fill(draft);
    renameSync(draft, join(directory, fileOf(version)));
    const versions = readdirSync(directory).filter((file) => file.startsWith(prefix));
    for (const old of lastUsedFirst(directory, versions).slice(kept)) rmSync(old, { force: true });
  };
  return {
    read: (version) =>
      orNothing(() => readFrom(join(directory, fileOf(version)))) ??
      orNothing(() => {
        const source = join(ready, fileOf(version));
        const value = unpackValue(readFileSync(source)) as T;
        orNothing(() => put(version, (path) => copyFileSync(source, path, constants.COPYFILE_FICLONE)));
        return value;
      }),
    write: (version, value) => orNothing(() => put(version, (path) => writeParts(path, packValue(value)))),
  };
}

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w', 0o600);
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
}

function markUsed(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // In a folder that cannot be written nothing is forgotten either.
  }
}

function lastUsedFirst(directory: string, files: readonly string[]): string[] {
  return files
    .map((file) => join(directory, file))
    .map((path) => ({ path, used: statSync(path).mtimeMs }))
    .sort((one, other) => other.used - one.used)
    .map(({ path }) => path);
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
