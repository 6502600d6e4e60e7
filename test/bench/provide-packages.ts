import { execFile } from 'node:child_process';
import { access, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const installLimitMs = 10 * 60_000;

/**
 * The folder that holds packages to compare with (`name@version`), installed once, without their scripts, into a
 * temporary folder that stays. What an installation that was broken off left is not taken for one.
 */
export async function providePackages(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(tmpdir(), `tthc-${name}`);
  const installed = await access(folder).then(
    () => true,
    () => false,
  );
  if (installed) return folder;
  console.error(`Installing ${packages.join(', ')} into ${folder} …`);
  const making = await mkdtemp(`${folder}-making-`);
  await writeFile(join(making, 'package.json'), JSON.stringify({ private: true }));
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await promisify(execFile)('npm', [...install, ...packages], { cwd: making, timeout: installLimitMs });
  await rename(making, folder);
  return folder;
}
