import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';

/** First line of a backup: what it is and what is needed to use it. */
export const backupHeader = z.object({
  format: z.literal('tthc-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  source: z.enum(['embedded', 'server']),
  /** Names of the migrations that had made the schema. */
  migrations: z.array(z.string()),
  /** Tells whether a SECRET_KEY is the one under which tokens and waiting messages are sealed. */
  keyFingerprint: z.string(),
  /** The secret itself, where the deployment had made its own; null where it comes from the environment. */
  secretKey: z.string().nullable(),
});

export type BackupHeader = z.infer<typeof backupHeader>;

/** One piece of a backup after its header: a table begins, a row of it (JSON text), or the end with the counts. */
export type BackupPart =
  | { kind: 'table'; table: string }
  | { kind: 'row'; json: string }
  | { kind: 'end'; rows: Record<string, number> };

const control = z.union([
  z.object({ table: z.string().regex(/^[a-z_]+$/) }),
  z.object({ end: z.record(z.string(), z.number()) }),
]);
const mark = '#';

/**
 * Writes a backup as gzip: one line each for header, tables, rows and end. Control lines begin with `#`. The file is
 * readable by its owner only; one that was broken off has no end and is refused when it is read.
 */
export async function writeBackupFile(
  path: string,
  header: BackupHeader,
  parts: AsyncIterable<BackupPart>,
): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    yield `${mark}${JSON.stringify(header)}\n`;
    for await (const part of parts) {
      if (part.kind === 'row') yield `${part.json}\n`;
      else if (part.kind === 'table') yield `${mark}${JSON.stringify({ table: part.table })}\n`;
      else yield `${mark}${JSON.stringify({ end: part.rows })}\n`;
    }
  }
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true });
  await pipeline(Readable.from(lines()), createGzip({ level: 6 }), file);
}

/** Reads the header alone. Throws AppError `invalid-input` when the file is no backup. */
export async function readBackupHeader(path: string): Promise<BackupHeader> {
  for await (const line of readLines(path)) return parseHeader(line);
  throw notABackup();
}

/** Reads everything after the header, in order; the last part is `end`. Throws AppError when the file is broken off. */
export async function* readBackupParts(path: string): AsyncGenerator<BackupPart> {
  let first = true;
  let ended = false;
  for await (const line of readLines(path)) {
    if (first) {
      parseHeader(line);
      first = false;
      continue;
    }
    if (!line.startsWith(mark)) {
      yield { kind: 'row', json: line };
      continue;
    }
    const parsed = control.safeParse(parseJson(line.slice(mark.length)));
    if (!parsed.success) throw notABackup();
    if ('table' in parsed.data) {
      yield { kind: 'table', table: parsed.data.table };
      continue;
    }
    ended = true;
    yield { kind: 'end', rows: parsed.data.end };
  }
  if (!ended) {
    throw new AppError('invalid-input', 'Tệp sao lưu bị cắt ngang, thiếu phần cuối; hãy dùng bản khác.');
  }
}

async function* readLines(path: string): AsyncGenerator<string> {
  const bytes = createReadStream(path);
  const gunzip = createGunzip();
  const unpacking = pipeline(bytes, gunzip);
  // The failure also reaches the reader below.
  unpacking.catch(() => undefined);
  try {
    yield* createInterface({ input: gunzip, crlfDelay: Infinity });
    await unpacking;
  } catch (error) {
    throw toFileError(error);
  } finally {
    bytes.destroy();
    gunzip.destroy();
  }
}

function parseHeader(line: string): BackupHeader {
  const parsed = backupHeader.safeParse(parseJson(line.slice(mark.length)));
  if (!line.startsWith(mark) || !parsed.success) throw notABackup();
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toFileError(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return new AppError('not-found', 'Không đọc được tệp sao lưu; hãy kiểm tra đường dẫn và quyền đọc.', {
      cause: error,
    });
  }
  if (typeof code === 'string' && (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE')) {
    return new AppError(
      'invalid-input',
      'Tệp sao lưu bị hỏng hoặc không phải bản sao lưu; hãy dùng bản khác.',
      {
        cause: error,
      },
    );
  }
  return error;
}

function notABackup(): AppError {
  return new AppError('invalid-input', 'Tệp này không phải bản sao lưu của tthc-chatbot, hoặc đã bị sửa.');
}
