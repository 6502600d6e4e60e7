import { statfs } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';
import { withinLimit } from '../../core/within-limit.ts';
import type { Database } from './database.ts';

/** What the embedded database needs at once for the next segment of its write-ahead log; without it, it breaks off. */
const logSegmentBytes = 16 * 1024 * 1024;
/** However often somebody asks, the database is put to it this often. */
const askEveryMs = 5_000;
/** A database that does not answer is another fault, and told as such. */
const patienceMs = 1_500;
/** SQLSTATEs of a file that could not be written or grown: disk full, I/O error, and whatever has no code of its own. */
const unwritten = /^(?:53100|58\w{3}|XX\w{3})$/;

/**
 * Makes the check whether the database finds room on its disk: resolves while it does, rejects with AppError
 * `storage-unavailable` when it does not. A full disk takes small changes for a while, so a change that went well says
 * nothing; here a temporary file of about 100 kB is made the database's own way, on its own disk, and removed again.
 * @param dataDir where the embedded database is.
 */
export function createRoomCheck(database: Database, dataDir: string): () => Promise<void> {
  let asked: { at: number; answer: Promise<void> } | undefined;
  return () => {
    if (asked === undefined || performance.now() - asked.at > askEveryMs) {
      asked = { at: performance.now(), answer: lookForRoom(database, dataDir) };
    }
    return asked.answer;
  };
}

async function lookForRoom(database: Database, dataDir: string): Promise<void> {
  if (database.kind === 'embedded') {
    const { bavail, bsize } = await statfs(dataDir);
    if (bavail * bsize < logSegmentBytes) throw noRoom();
  }
  try {
    await withinLimit(makeTemporaryFile(database), patienceMs, () => new Error('no answer in time'));
  } catch (error) {
    if (isUnwritten(error)) throw noRoom(error);
  }
}

async function makeTemporaryFile(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`select set_config('work_mem', '64kB', true)`);
    await tx.query('select count(*) from generate_series(1, 5000)');
  });
}

function isUnwritten(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' && unwritten.test(cause.code);
}

function noRoom(cause?: unknown): AppError {
  return new AppError(
    'storage-unavailable',
    'Cơ sở dữ liệu hết chỗ trên đĩa; dọn chỗ, không cần khởi động lại.',
    {
      cause,
      retryable: true,
    },
  );
}
