import type { IncomingMessage } from 'node:http';

/** Why a body could not be read; always the sender's fault. */
export class UnreadableBody extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415) {
    super('unreadable body');
    this.status = status;
  }
}

/**
 * The bytes of a request as they were sent, whatever their declared type: a signature is over the bytes. Compressed ones
 * are refused, and so is more than `limitBytes`, of which no more than the limit is kept.
 * @throws UnreadableBody
 */
export function readRawBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // What is not read would stand in the way of the connection's next request.
    const refuse = (status: UnreadableBody['status']) => {
      request.removeListener('data', collect);
      request.resume();
      reject(new UnreadableBody(status));
    };
    const collect = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) refuse(413);
      else chunks.push(chunk);
    };
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') return refuse(415);
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) return refuse(413);
    request.on('data', collect);
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => refuse(400));
  });
}
