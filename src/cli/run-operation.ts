import { compose } from '../compose.ts';
import { readConfig } from '../config.ts';
import { callOperation } from '../control/call-operation.ts';
import { findControlSocket } from '../control/control-socket.ts';
import type { OperationResult } from '../control/operation.ts';
import { AppError } from '../core/errors.ts';
import { createLogger } from '../ops/logger.ts';
import { findLockHolder } from '../storage/sql/data-dir-lock.ts';
import { operations } from './operations.ts';

/** Runs operations, wherever the database is: in this process, or in the server that owns the embedded one. */
export interface OperationRunner {
  run(name: string, input: unknown): Promise<OperationResult>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** For operations that wait for the pipeline; a running server has its own workers. */
  workers?: boolean;
  /** For operations that call a platform: its secrets must be set. */
  channels?: boolean;
}

export async function openOperations(options: OpenOptions): Promise<OperationRunner> {
  const config = readConfig();
  if (config.databaseUrl === undefined && (await findLockHolder(config.dataDir)) !== undefined) {
    const socket = await findControlSocket(config.dataDir);
    return { run: (name, input) => callOperation(socket, name, input), close: async () => undefined };
  }
  // A command's own log would disturb what it prints; errors reach the person as messages.
  const services = await compose(config, createLogger('silent'), { withChannels: options.channels ?? false });
  if (options.workers === true) await services.startWorkers();
  return {
    run: (name, input) => {
      const operation = operations[name];
      if (operation === undefined) throw new AppError('not-found', `no operation ${name}`);
      return operation(services, input);
    },
    close: () => services.stop(5_000),
  };
}

/** Runs one operation and closes what it opened. */
export async function runOperation(
  name: string,
  input: unknown,
  options: OpenOptions = {},
): Promise<OperationResult> {
  const runner = await openOperations(options);
  try {
    return await runner.run(name, input);
  } finally {
    await runner.close();
  }
}
