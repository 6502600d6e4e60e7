import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectDir } from '../e2e/support/system.ts';

const readyPolls = 1_200;
const pollMs = 100;

/** Server processes that are started again whenever they end, as a container runtime does. */
export interface ServerPack {
  ports: readonly number[];
  /** Kills the next process in turn without a word and waits until its successor serves. */
  killNext(): Promise<void>;
  waitUntilReady(): Promise<void>;
  /** Ends all of them: SIGTERM, as an operator does. */
  stop(): Promise<void>;
  /** What all of them printed. */
  output(): string;
}

/** Starts one process a port; `environmentOf` says what each is given beside PORT. */
export function startServers(
  ports: readonly number[],
  environmentOf: (port: number) => NodeJS.ProcessEnv,
): ServerPack {
  const running = new Map<number, ChildProcess>();
  let stopping = false;
  let turn = 0;
  let output = '';

  function start(port: number): void {
    const child = spawn(process.execPath, [join(projectDir, 'src/main.ts')], {
      cwd: projectDir,
      env: { ...environmentOf(port), PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.set(port, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-200_000);
      });
    }
    child.once('exit', () => {
      if (!stopping) setTimeout(() => start(port), pollMs);
    });
  }

  async function waitFor(port: number): Promise<void> {
    for (let poll = 0; poll < readyPolls; poll += 1) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await sleep(pollMs);
    }
    throw new Error(`the server on port ${port} did not become ready:\n${output.slice(-5_000)}`);
  }

  for (const port of ports) start(port);
  return {
    ports,
    async killNext() {
      const port = ports[turn % ports.length] ?? 0;
      turn += 1;
      const child = running.get(port);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return waitFor(port);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await waitFor(port);
    },
    waitUntilReady: async () => {
      await Promise.all(ports.map(waitFor));
    },
    async stop() {
      stopping = true;
      await Promise.all(
        [...running.values()].map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          const hard = setTimeout(() => child.kill('SIGKILL'), 28_000);
          await ended;
          clearTimeout(hard);
        }),
      );
    },
    output: () => output,
  };
}
