import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const blockBytes = 4_096;

/** A disk of its own that a test may fill. */
export interface SmallDisk {
  path: string;
  /** Takes what is free, but for `leaveBytes`. */
  fill(leaveBytes?: number): Promise<void>;
  makeRoom(): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts a disk in memory; undefined where this process may not mount. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'tthc-small-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  } catch {
    await rm(path, { recursive: true });
    return undefined;
  }
  const filling = join(path, 'filling');
  return {
    path,
    async fill(leaveBytes = 0) {
      const file = await open(filling, 'a');
      const block = Buffer.alloc(blockBytes);
      try {
        for (;;) await file.write(block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        const { size } = await file.stat();
        await file.truncate(Math.max(0, size - leaveBytes));
      } finally {
        await file.close();
      }
    },
    makeRoom: () => rm(filling),
    async remove() {
      await run('umount', ['--lazy', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
