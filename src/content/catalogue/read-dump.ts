import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../core/errors.ts';
import { toDumpRecord, type DumpRecord } from './dump-record.ts';

/** Longest line that is read; the longest seen has 185,000 bytes. */
export const lineLimitBytes = 1024 * 1024;
/** Most lines and bytes that one dump may have; a file made to fill the machine ends here. */
const linesAtMost = 100_000;
const bytesAtMost = 1024 * 1024 * 1024;

export type UnreadableReason = 'line-too-long' | 'not-utf8' | 'not-json' | 'not-a-record';

/** One line of a dump, numbered from 1: the record, or why it could not be read. */
export type DumpLine = { line: number; record: DumpRecord } | { line: number; unreadable: UnreadableReason };

/**
 * Reads a dump line by line, plain or gzip, without ever holding more than one line of it. A bad line is reported and
 * passed over.
 * @throws AppError `not-found` for a path that cannot be read, `invalid-input` for a damaged gzip or an endless file.
 */
export async function* readDump(path: string): AsyncGenerator<DumpLine> {
  const packed = await isGzip(path);
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  let bytes: Readable = file;
  let unpacking: Promise<unknown> = Promise.resolve();
  if (packed) {
    const gunzip = createGunzip();
    unpacking = pipeline(file, gunzip);
    // The failure reaches the reader below; without this it would also count as nobody's.
    unpacking.catch(() => undefined);
    bytes = gunzip;
  }
  try {
    yield* readLines(bytes);
    await unpacking;
  } catch (error) {
    throw toDumpError(error);
  } finally {
    bytes.destroy();
    file.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toDumpError(error);
  }
}

async function* readLines(bytes: Readable): AsyncGenerator<DumpLine> {
  const newline = 0x0a;
  let parts: Buffer[] = [];
  let length = 0;
  let total = 0;
  let line = 0;
  const take = (): DumpLine | undefined => {
    const held = parts;
    const heldLength = length;
    parts = [];
    length = 0;
    if (heldLength === 0) return undefined;
    if (heldLength > lineLimitBytes) return { line, unreadable: 'line-too-long' };
    return readLine(Buffer.concat(held), line);
  };
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > bytesAtMost) throw endless();
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      line += 1;
      if (line > linesAtMost) throw endless();
      hold(chunk.subarray(start, end));
      const read = take();
      if (read !== undefined) yield read;
      start = end + 1;
    }
    hold(chunk.subarray(start));
  }
  line += 1;
  const last = take();
  if (last !== undefined) yield last;

  /** Keeps a piece of the line; of a line that is too long only its length is kept. */
  function hold(piece: Buffer): void {
    if (piece.length === 0) return;
    length += piece.length;
    if (length > lineLimitBytes) parts = [];
    else parts.push(piece);
  }
}

function readLine(bytes: Buffer, line: number): DumpLine | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return { line, unreadable: 'not-utf8' };
  }
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, unreadable: 'not-json' };
  }
  const record = toDumpRecord(value);
  return record === undefined ? { line, unreadable: 'not-a-record' } : { line, record };
}

function endless(): AppError {
  return new AppError(
    'invalid-input',
    `Tệp quá lớn so với một bản danh mục (tối đa ${linesAtMost} dòng, 1 GB); hãy kiểm tra lại tệp.`,
  );
}

function toDumpError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : '';
  if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new AppError('invalid-input', 'Tệp nén bị hỏng hoặc thiếu phần cuối; hãy tải lại tệp.', {
      cause: error,
    });
  }
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'EPERM') {
    return new AppError('not-found', 'Không đọc được tệp danh mục; hãy kiểm tra đường dẫn và quyền đọc.', {
      cause: error,
    });
  }
  return error;
}
