import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../core/errors.ts';

/** Who holds a data directory, as its lock file says. */
export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
  /** When the process itself began, in the kernel's own count; tells a reused process number from the holder. */
  processStart: string | null;
  /** Distinguishes two holders of the same process number. */
  nonce: string;
}

export interface DataDirLock {
  readonly holder: LockHolder;
  release(): Promise<void>;
}

const lockName = 'server.lock';
/** The holder touches its file this often; a file of another machine that was not touched for the second span is stale. */
const touchEveryMs = 3_000;
const staleAfterMs = 12_000;

/**
 * Takes a directory for this process alone and creates it when it does not exist. The lock of a dead process is taken
 * over; one that another machine wrote (a shared volume, an earlier container) is watched for a sign of life first.
 * @throws AppError `conflict` naming the process that holds the directory; `configuration` when nothing can be written there.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  try {
    return await takeLock(dataDir);
  } catch (error) {
    const hint = unwritable[codeOf(error)];
    if (hint === undefined) throw error;
    throw new AppError('configuration', `DATA_DIR: ${dataDir}: ${hint}`, { cause: error });
  }
}

/** Why a directory cannot be written, and what to do. */
const unwritable: Readonly<Record<string, string>> = {
  ENOSPC: 'đĩa đầy; dọn chỗ rồi chạy lại',
  EDQUOT: 'hết hạn mức đĩa; dọn chỗ rồi chạy lại',
  EROFS: 'đĩa chỉ cho đọc; gắn lại để ghi được, hoặc đặt DATA_DIR nơi khác',
  EACCES: 'tài khoản đang chạy không có quyền ghi; sửa chủ của thư mục, hoặc đặt DATA_DIR nơi khác',
  EPERM: 'tài khoản đang chạy không có quyền ghi; sửa chủ của thư mục, hoặc đặt DATA_DIR nơi khác',
  ENOTDIR: 'không phải thư mục; đặt DATA_DIR nơi khác',
  EEXIST: 'không phải thư mục; đặt DATA_DIR nơi khác',
};

async function takeLock(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, lockName);
  const holder: LockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: await readProcessStart(process.pid),
    nonce: randomUUID(),
  };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (await createExclusively(path, holder)) return keepLock(path, holder);
    const found = await readLock(path);
    if (found === undefined) continue;
    if (await isAlive(path, found)) throw heldBy(dataDir, found);
    await removeStale(path, found);
  }
  throw new AppError('conflict', `Nhiều tiến trình cùng lúc muốn giữ ${dataDir}; chỉ khởi động một.`, {
    retryable: true,
  });
}

/** The live holder of a data directory; undefined when nobody holds it. */
export async function findLockHolder(dataDir: string): Promise<LockHolder | undefined> {
  const path = join(dataDir, lockName);
  const found = await readLock(path);
  if (found === undefined) return undefined;
  return (await isAlive(path, found)) ? found : undefined;
}

function heldBy(dataDir: string, found: LockHolder): AppError {
  return new AppError(
    'conflict',
    `${dataDir} đang do một tiến trình khác giữ; dừng nó trước, hoặc đặt DATA_DIR khác. ` +
      `/ Held by process ${found.pid} on ${found.host} since ${found.since}.`,
  );
}

/** Writes the file beside its place and links it there, so that it appears whole or not at all, and once. */
async function createExclusively(path: string, holder: LockHolder): Promise<boolean> {
  const draft = `${path}.${holder.nonce}`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function keepLock(path: string, holder: LockHolder): DataDirLock {
  const timer = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, touchEveryMs);
  timer.unref();
  return {
    holder,
    async release() {
      clearInterval(timer);
      const found = await readLock(path);
      if (found?.nonce === holder.nonce) await rm(path, { force: true });
    },
  };
}

async function readLock(path: string): Promise<LockHolder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const unknownHolder = { pid: 0, host: '', since: '', processStart: null, nonce: '' };
  try {
    return { ...unknownHolder, ...(JSON.parse(text) as Partial<LockHolder>) };
  } catch {
    return unknownHolder;
  }
}

async function isAlive(path: string, found: LockHolder): Promise<boolean> {
  if (found.host !== hostname()) return showsSignOfLife(path);
  if (found.pid <= 0 || !processExists(found.pid)) return false;
  if (found.processStart === null) return true;
  const start = await readProcessStart(found.pid);
  return start === null || start === found.processStart;
}

async function showsSignOfLife(path: string): Promise<boolean> {
  const touchedAt = async () => (await stat(path).catch(() => undefined))?.mtimeMs;
  const first = await touchedAt();
  if (first === undefined) return false;
  // Watched, not compared with our clock: two machines' clocks may differ.
  const polls = Math.ceil(staleAfterMs / 500);
  for (let poll = 0; poll < polls; poll += 1) {
    if (Math.abs(Date.now() - first) > 10 * staleAfterMs) return false;
    await sleep(500);
    const next = await touchedAt();
    if (next === undefined) return false;
    if (next !== first) return true;
  }
  return false;
}

/** Takes the stale file away, unless somebody else replaced it meanwhile: then it is put back. */
async function removeStale(path: string, stale: LockHolder): Promise<void> {
  const aside = `${path}.stale-${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readLock(aside);
  if (moved !== undefined && moved.nonce !== stale.nonce) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Field 22 of /proc/<pid>/stat with the boot's id; null where the system has no /proc. */
async function readProcessStart(pid: number): Promise<string | null> {
  try {
    const [line, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const start = fields[19];
    return start === undefined ? null : `${boot.trim()}:${start}`;
  } catch {
    return null;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
