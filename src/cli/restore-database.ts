import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { createLogger } from '../ops/logger.ts';
import { fingerprintOf } from '../ops/secret-key.ts';
import { readBackupHeader, readBackupParts, type BackupHeader } from '../storage/backup/backup-file.ts';
import { emptyDatabase, loadDatabase } from '../storage/backup/load-database.ts';
import { writePayloadKeyFile } from '../storage/payload-key-files.ts';
import { lockDataDir } from '../storage/sql/data-dir-lock.ts';
import type { Database } from '../storage/sql/database.ts';
import { openEmbeddedDatabase } from '../storage/sql/embedded-database.ts';
import { createServerDatabase } from '../storage/sql/server-database.ts';

/** Rows of each table that came back. */
export type Restored = Record<string, number>;

/**
 * Puts a backup in the place of this deployment's database, embedded or on a server, whichever kind it was made from.
 * @throws AppError when a server still runs, the place is not empty (without `force`), or the secret is not the backup's.
 */
export async function restoreBackup(config: Config, path: string, force: boolean): Promise<Restored> {
  const header = await readBackupHeader(path);
  return config.databaseUrl === undefined
    ? restoreEmbedded(config, header, path, force)
    : restoreServer(config.databaseUrl, config.secretKey, header, path, force);
}

/** Fills a database on a server from a backup file. */
export async function restoreServer(
  connectionString: string,
  secretKey: string | undefined,
  header: BackupHeader,
  path: string,
  force: boolean,
): Promise<Restored> {
  checkSecret(header, secretKey);
  const database = createServerDatabase({ connectionString, logger: createLogger('silent') });
  try {
    await refuseWhileServing(database);
    if (force) {
      // Read to its end first: a file that is broken off must not cost the data that is there.
      for await (const part of readBackupParts(path)) void part;
      await emptyDatabase(database);
    }
    return await loadDatabase(database, header, readBackupParts(path));
  } finally {
    await database.close();
  }
}

/** Servers keep a connection of their own for notifications; pulling tables from under them would lose messages. */
async function refuseWhileServing(database: Database): Promise<void> {
  const { rows } = await database.query<{ servers: number }>(
    `select count(*)::int as servers from pg_stat_activity
     where datname = current_database() and application_name = 'tthc-listen'`,
  );
  const servers = rows[0]?.servers ?? 0;
  if (servers > 0) {
    throw new AppError(
      'conflict',
      `Còn ${servers} máy chủ đang dùng cơ sở dữ liệu này; hãy dừng hết rồi phục hồi.`,
    );
  }
}

/** The new database is made beside the old one and takes its place when it is whole; the old one is kept, renamed. */
async function restoreEmbedded(
  config: Config,
  header: BackupHeader,
  path: string,
  force: boolean,
): Promise<Restored> {
  const { dataDir } = config;
  const lock = await lockDataDir(dataDir);
  const draft = join(dataDir, 'restoring');
  try {
    const old = ['database', 'keys', 'secret.key'];
    const present = await Promise.all(old.map((name) => exists(join(dataDir, name))));
    if (present[0] === true && !force) {
      throw new AppError(
        'conflict',
        `${dataDir} đã có cơ sở dữ liệu; chọn DATA_DIR trống, hoặc thêm --force (bản cũ được giữ lại, đổi tên).`,
      );
    }
    const secret = header.secretKey ?? config.secretKey ?? (await readSecret(dataDir));
    checkSecret(header, config.secretKey ?? secret);
    await rm(draft, { recursive: true, force: true });
    const restored = await fillDraft(draft, header, path);
    await moveAside(dataDir, old, header.createdAt);
    await rename(join(draft, 'database'), join(dataDir, 'database'));
    if (await exists(join(draft, 'keys'))) await rename(join(draft, 'keys'), join(dataDir, 'keys'));
    if (config.secretKey === undefined && secret !== undefined) {
      await writeFile(join(dataDir, 'secret.key'), `${secret}\n`, { mode: 0o600 });
    }
    return restored;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await lock.release();
  }
}

async function fillDraft(draft: string, header: BackupHeader, path: string): Promise<Restored> {
  const database = await openEmbeddedDatabase(draft);
  try {
    return await loadDatabase(database, header, readBackupParts(path), (key) =>
      writePayloadKeyFile(join(draft, 'keys'), key),
    );
  } finally {
    await database.close();
  }
}

async function moveAside(dataDir: string, names: readonly string[], backupOf: string): Promise<void> {
  const aside = join(dataDir, `before-restore-${backupOf.replace(/\D/g, '').slice(0, 14)}-${Date.now()}`);
  for (const name of names) {
    if (!(await exists(join(dataDir, name)))) continue;
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(join(dataDir, name), join(aside, name));
  }
}

/** Under another secret no token opens, no waiting message is readable, and known citizens are strangers. */
function checkSecret(header: BackupHeader, secretKey: string | undefined): void {
  if (secretKey !== undefined && fingerprintOf(secretKey) === header.keyFingerprint) return;
  throw new AppError(
    'configuration',
    secretKey === undefined
      ? `Bản sao lưu cần SECRET_KEY của nơi đã sao lưu (dấu ${header.keyFingerprint}); hãy đặt biến đó rồi chạy lại.`
      : `SECRET_KEY hiện tại (dấu ${fingerprintOf(secretKey)}) không phải khóa của bản sao lưu (dấu ${header.keyFingerprint}); hãy đặt đúng khóa.`,
  );
}

async function readSecret(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'secret.key'), 'utf8').catch(() => undefined);
  return text?.trim();
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
