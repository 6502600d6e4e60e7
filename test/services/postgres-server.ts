import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  endProcess,
  findFreePort,
  findProgram,
  installWithApt,
  listPostgresFolders,
  runCommand,
  say,
  startProcess,
} from './commands.ts';

export interface PostgresServer {
  /** Connection string of the administrator on the database `postgres`. */
  url: string;
  /** Where its files are, the write-ahead log among them. */
  dataDir: string;
  /** Process id of the postmaster now. */
  pid(): number;
  /** Ends every connection and starts again on the same port with the same data. `crash` stops without a checkpoint. */
  restart(options?: { crash?: boolean; downMs?: number }): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);

async function findPostgres(): Promise<string> {
  const find = async () => findProgram(['initdb'], await listPostgresFolders());
  const found = await find();
  if (found !== undefined) return dirname(found);
  await installWithApt('postgresql', 'PostgreSQL');
  const installed = await find();
  if (installed === undefined) throw new Error('PostgreSQL was installed but initdb was not found.');
  return dirname(installed);
}

/** PostgreSQL refuses to run as root; then it runs as `postgres`, or as `nobody` where that user is missing. */
async function chooseUser(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const exists = (user: string) =>
    run('id', ['-u', user]).then(
      () => true,
      () => false,
    );
  return (await exists('postgres')) ? 'postgres' : 'nobody';
}

function asUser(
  user: string | undefined,
  program: string,
  parameters: readonly string[],
): [string, string[]] {
  return user === undefined
    ? [program, [...parameters]]
    : [
        'setpriv',
        [
          '--reuid',
          user,
          '--regid',
          user === 'nobody' ? 'nogroup' : user,
          '--clear-groups',
          '--',
          program,
          ...parameters,
        ],
      ];
}

async function waitUntilReady(url: string): Promise<void> {
  let last: unknown;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      last = error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(100);
  }
  throw new Error('PostgreSQL did not accept connections within 30 seconds.', { cause: last });
}

/**
 * Starts a throw-away PostgreSQL; with `durable` it syncs to disk as a real one does, for measurements. `settings` are
 * further ones, each `name=value`; its files are in a folder of their own under `under`.
 */
export async function startPostgresServer(
  options: { durable?: boolean; settings?: readonly string[]; under?: string } = {},
): Promise<PostgresServer> {
  const folder = await findPostgres();
  const user = await chooseUser();
  const directory = await mkdtemp(join(options.under ?? tmpdir(), 'tthc-postgres-'));
  const dataDir = join(directory, 'data');
  if (user !== undefined) await runCommand('chown', [user, directory]);
  else await chmod(directory, 0o700);
  const port = await findFreePort();
  await runCommand(
    ...asUser(user, join(folder, 'initdb'), [
      ...['-D', dataDir, '-U', 'tthc', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    ]),
  );
  const settings = [
    ...(options.durable === true ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...(options.settings ?? []),
  ];
  const start = () =>
    startProcess(
      ...asUser(user, join(folder, 'postgres'), [
        ...['-D', dataDir, '-p', String(port), '-k', directory, '-h', '127.0.0.1'],
        ...[...settings, 'max_connections=200'].flatMap((setting) => ['-c', setting]),
      ]),
    );
  let child = start();
  const url = `postgres://tthc@127.0.0.1:${port}/postgres`;
  await waitUntilReady(url);
  say(`PostgreSQL on port ${port} (${folder})`);
  return {
    url,
    dataDir,
    pid: () => child.pid ?? 0,
    async restart({ crash = false, downMs = 0 } = {}) {
      // SIGQUIT: immediate shutdown, recovery on the next start. SIGINT: fast shutdown with a checkpoint.
      await endProcess(child, crash ? 'SIGQUIT' : 'SIGINT', 10_000);
      await sleep(downMs);
      child = start();
      await waitUntilReady(url);
    },
    async stop() {
      await endProcess(child, 'SIGQUIT', 5_000);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
