import { request } from 'node:http';
import { AppError, type ErrorCode } from '../core/errors.ts';
import { fromWire, type OperationResult, type WireResult } from './operation.ts';

/** Runs an operation in the server that listens on `socketPath`. Throws AppError, also what the operation threw. */
export async function callOperation(
  socketPath: string,
  operation: string,
  input: unknown,
): Promise<OperationResult> {
  const { status, body } = await post(socketPath, JSON.stringify({ operation, input }));
  const answer = JSON.parse(body) as WireResult & { error?: string; code?: ErrorCode };
  if (status !== 200) {
    throw new AppError(
      answer.code ?? 'storage-unavailable',
      answer.error ?? 'The running server refused the command.',
    );
  }
  return fromWire(answer);
}

function post(socketPath: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: 'POST', path: '/' }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    call.on('error', (error) =>
      reject(
        new AppError(
          'storage-unavailable',
          'A server holds the data directory but does not answer commands; wait for it to finish starting, or stop it.',
          { cause: error, retryable: true },
        ),
      ),
    );
    call.end(body);
  });
}
