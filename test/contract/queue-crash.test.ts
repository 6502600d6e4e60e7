import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServerDatabase } from '../../src/storage/sql/server-database.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { startPostgresServer, type PostgresServer } from '../services/postgres-server.ts';
import { silentLogger } from '../services/silent-logger.ts';

jest.setTimeout(180_000);

const workerScript = resolve('test/fixtures/queue-process.ts');

interface Line {
  kind: 'ready' | 'stored' | 'handled' | 'refused';
  id: string;
}

/** A process that puts, handles, or both, and says so line by line. */
class QueueProcess {
  readonly lines: Line[] = [];
  readonly child: ChildProcess;

  constructor(storage: Record<string, string>, role: { put?: string; count?: number; consume?: boolean }) {
    this.child = spawn(process.execPath, [workerScript], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...storage, ROLE: JSON.stringify(role) },
    });
    if (this.child.stdout === null) throw new Error('no output');
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
    });
  }

  ids(kind: Line['kind']): string[] {
    return this.lines.filter((line) => line.kind === kind).map(({ id }) => id);
  }

  async until(check: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(10)) {
      if (check()) return;
      if (this.child.exitCode !== null) throw new Error(`the process ended with ${this.child.exitCode}`);
    }
    throw new Error('waited in vain');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}

function count(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function expectNothingLost(stored: readonly string[], handled: readonly string[], kills: number): void {
  const counts = count(handled);
  expect(stored.filter((id) => !counts.has(id))).toEqual([]);
  // Only what a killed process had in hand may be handled again.
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(1 + kills);
}

describe('queue on the embedded database', () => {
  let directory: string;
  let processes: QueueProcess[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tthc-crash-'));
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')));
    await rm(directory, { recursive: true, force: true });
  });

  function start(role: ConstructorParameters<typeof QueueProcess>[1]): QueueProcess {
    const one = new QueueProcess({ DATA_DIR: directory }, role);
    processes.push(one);
    return one;
  }

  it('loses nothing that was acknowledged when its process is killed, again and again', async () => {
    const kills = 3;
    for (let kill = 0; kill < kills; kill += 1) {
      const victim = start({ put: `run${kill}`, count: 10_000, consume: true });
      await victim.until(() => victim.ids('handled').length > 60);
      await victim.end('SIGKILL');
    }
    const heir = start({ consume: true });
    const stored = () => processes.flatMap((one) => one.ids('stored'));
    const handled = () => processes.flatMap((one) => one.ids('handled'));
    await heir.until(() => {
      const seen = new Set(handled());
      return heir.ids('ready').length === 1 && stored().every((id) => seen.has(id));
    });
    expectNothingLost(stored(), handled(), kills);
    await heir.end('SIGTERM');
    expect(heir.child.exitCode).toBe(0);
  });
});

describe('queue on a PostgreSQL server', () => {
  let server: PostgresServer;
  let processes: QueueProcess[];
  beforeEach(async () => {
    server = await startPostgresServer();
    processes = [];
    const database = createServerDatabase({ connectionString: server.url, logger: silentLogger });
    await migrate(database);
    await database.close();
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')));
    await server.stop();
  });

  function start(role: ConstructorParameters<typeof QueueProcess>[1]): QueueProcess {
    const one = new QueueProcess({ DATABASE_URL: server.url }, role);
    processes.push(one);
    return one;
  }

  it('loses nothing while workers are killed and the server restarts', async () => {
    const producer = start({ put: 'p', count: 600 });
    let workers = [start({ consume: true }), start({ consume: true })];
    await producer.until(() => producer.ids('stored').length > 50);
    await workers[0]?.end('SIGKILL');
    workers = [...workers, start({ consume: true })];
    await producer.until(() => producer.ids('stored').length > 200);
    await server.restart({ downMs: 500 });
    await producer.until(() => producer.ids('stored').length > 350);
    await workers[1]?.end('SIGKILL');
    const heir = start({ consume: true });
    const handled = () => processes.flatMap((one) => one.ids('handled'));
    await producer.until(() => producer.ids('stored').length === 600);
    await heir.until(() => heir.ids('ready').length === 1 && new Set(handled()).size >= 600);
    // Two kills, and the restart may have cut off settlements.
    expectNothingLost(producer.ids('stored'), handled(), 3);
    // While the server was away a put was refused, not lost: the producer knew.
    expect(producer.ids('refused').length).toBeGreaterThan(0);
    await heir.end('SIGTERM');
    expect(heir.child.exitCode).toBe(0);
  });
});
