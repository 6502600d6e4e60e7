import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { AppError, errorMessage } from '../core/errors.ts';
import { explainError } from '../core/explain-error.ts';
import type { Logger } from '../core/ports.ts';
import { readInput, toWire, type Operation } from './operation.ts';

const request = z.strictObject({ operation: z.string().max(100), input: z.unknown() });
/** Commands send options and paths; the longest is a list of units, or a line that was typed. */
const bodyLimitBytes = 1024 * 1024;

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
    // The socket is made by this very call; changing its mode afterwards would leave a moment in which others may enter.
    const before = process.umask(0o177);
    server.listen(socketPath, resolve);
    process.umask(before);
  });
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
  if (incoming.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Chỉ nhận POST.');
  }
  const body = await readBody(incoming);
  if (body === undefined) {
    // What still comes is not read, so the connection serves nothing else.
    response.setHeader('connection', 'close');
    return refuse(response, 413, `Lệnh gửi nhiều hơn ${bodyLimitBytes / 1024 / 1024} MB.`);
  }
  try {
    const { operation: name, input } = readInput(request, parseJson(body));
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) {
      return refuse(response, 404, 'Máy chủ đang chạy không có lệnh này; nó có cùng phiên bản không?');
    }
    respond(response, 200, toWire(await operation(services, input)));
  } catch (error) {
    const explained = explainError(error);
    if (explained === undefined) throw error;
    const code = error instanceof AppError ? error.code : 'invalid-input';
    respond(response, code === 'invalid-input' ? 400 : 422, { error: explained, code });
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('invalid-input', 'Lệnh gửi đến không phải JSON.');
  }
}

/** The body; undefined when it is longer than the limit. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Ending the loop early must not end the connection: the answer goes out on it.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number, error: string): void {
  respond(response, status, { error, code: 'invalid-input' });
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
