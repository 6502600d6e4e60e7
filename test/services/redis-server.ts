import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, findFreePort, findProgram, installWithApt, say, startProcess } from './commands.ts';

export interface RedisServer {
  url: string;
  port: number;
  stop(): Promise<void>;
}

async function findRedisServer(): Promise<string> {
  const found = await findProgram(['redis-server', 'valkey-server']);
  if (found !== undefined) return found;
  await installWithApt('redis-server', 'redis-server');
  const installed = await findProgram(['redis-server']);
  if (installed === undefined) throw new Error('redis-server was installed but is not on PATH.');
  return installed;
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.end('PING\r\n');
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Starts a throw-away Redis that keeps nothing on disk; `port` to start one again where it was. */
export async function startRedisServer(port?: number): Promise<RedisServer> {
  const program = await findRedisServer();
  const chosen = port ?? (await findFreePort());
  const directory = await mkdtemp(join(tmpdir(), 'tthc-redis-'));
  const child = startProcess(program, [
    ...[
      '--port',
      String(chosen),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      directory,
    ],
  ]);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}.`);
    if (await accepts(chosen)) {
      say(`redis-server on port ${chosen}`);
      return {
        url: `redis://127.0.0.1:${chosen}`,
        port: chosen,
        stop: async () => {
          await endProcess(child, 'SIGTERM', 3_000);
          await rm(directory, { recursive: true, force: true });
        },
      };
    }
    await sleep(50);
  }
  await endProcess(child, 'SIGKILL', 0);
  throw new Error('redis-server did not accept connections within 5 seconds.');
}
