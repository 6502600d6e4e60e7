import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Tells the person who waits what is going on. */
export function say(message: string): void {
  process.stderr.write(`[test services] ${message}\n`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first of `names` found on PATH or in `folders`. */
export async function findProgram(
  names: readonly string[],
  folders: readonly string[] = [],
): Promise<string | undefined> {
  const searched = [...(process.env.PATH ?? '').split(delimiter), ...folders].filter(
    (folder) => folder !== '',
  );
  for (const name of names) {
    for (const folder of searched) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** Folders under /usr/lib/postgresql, newest version first. */
export async function listPostgresFolders(): Promise<string[]> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

/**
 * Installs a Debian or Ubuntu package.
 * @throws Error saying what to install by hand where this may not or cannot be done.
 */
export async function installWithApt(packageName: string, purpose: string): Promise<void> {
  const apt = await findProgram(['apt-get']);
  const advice = `${purpose} is needed for the tests. Install it (Debian and Ubuntu: apt-get install ${packageName}) and run the tests again.`;
  if (apt === undefined || process.getuid?.() !== 0) throw new Error(advice);
  say(`installing ${packageName} with apt-get (${purpose}); this can take some minutes`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
  const install = () => run(apt, ['install', '-y', '--no-install-recommends', packageName], options);
  try {
    await install().catch(async () => {
      await run(apt, ['update'], options);
      return install();
    });
  } catch (cause) {
    throw new Error(`${advice} (apt-get failed)`, { cause });
  }
}

/** Below the ports that systems give to whoever asks for any: nobody takes one of these by chance. */
const chosenPorts = { from: 15_000, count: 15_000 };

/** A TCP port of this machine that is free now, and stays free until a server that is started later listens on it. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = chosenPorts.from + randomInt(chosenPorts.count);
    if (await canListen(port)) return port;
  }
  throw new Error('no free port was found');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Runs a command to its end; throws with what it wrote to standard error. */
export async function runCommand(command: string, parameters: readonly string[]): Promise<void> {
  try {
    await run(command, [...parameters]);
  } catch (error) {
    const detail = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-2_000) : '';
    throw new Error(`${command} failed. ${detail}`, { cause: error });
  }
}

/** Starts a process that ends with ours. */
export function startProcess(command: string, parameters: readonly string[]): ChildProcess {
  return spawn(command, [...parameters], { stdio: 'ignore' });
}

/** Ends a process kindly, and firmly when it does not listen within `ms`. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals, ms: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await ended;
  clearTimeout(timer);
}
