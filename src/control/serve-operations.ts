import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { AppError, errorMessage } from '../core/errors.ts';
import { explainError } from '../core/explain-error.ts';
import type { Logger } from '../core/ports.ts';
import { toWire, type Operation } from './operation.ts';

const request = z.strictObject({ operation: z.string(), input: z.unknown() });
const bodyLimitBytes = 256 * 1024 * 1024;

/**
 * Lets commands of this machine and user work through the running server. The socket is readable by its owner only,
 * which is the whole of its access control.
 */
export async function serveOperations<S>(
  socketPath: string,
  operations: Readonly<Record<string, Operation<S>>>,
  services: S,
  logger: Logger,
): Promise<() => Promise<void>> {
  await rm(socketPath, { force: true });
  const server = createServer((incoming, response) => {
    answer(incoming, response, operations, services).catch((error: unknown) => {
      logger.error({ error }, 'a command through the control socket failed');
      respond(response, 500, { error: errorMessage(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await rm(socketPath, { force: true });
  };
}

async function answer<S>(
  incoming: IncomingMessage,
  response: ServerResponse,
  operations: Readonly<Record<string, Operation<S>>>,
  services: S,
): Promise<void> {
  const { operation: name, input } = request.parse(JSON.parse(await readBody(incoming)));
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) return respond(response, 404, { error: `no operation ${name}` });
  try {
    respond(response, 200, toWire(await operation(services, input)));
  } catch (error) {
    const explained = explainError(error);
    if (explained === undefined) throw error;
    const code = error instanceof AppError ? error.code : 'invalid-input';
    respond(response, 422, { error: explained, code });
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimitBytes)
      throw new AppError('invalid-input', 'The command sends more than the server takes.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
