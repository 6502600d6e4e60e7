import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives one folder the files of another that it does not have, as links: models are large, and whoever writes one writes
 * a new file. A folder that does not exist has none.
 */
export async function linkFiles(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  await mkdir(to, { recursive: true });
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    await link(join(from, name), join(to, name)).catch(async (error: NodeJS.ErrnoException) => {
      // Another file system, or a file that its owner has replaced meanwhile.
      if (error.code === 'EXDEV') await copyFile(join(from, name), join(to, name));
      else if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
    });
  }
}
