import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { loadTranslator } from '../content/translator.ts';
import { readBackupHeader } from '../storage/backup/backup-file.ts';
import { findLockHolder } from '../storage/sql/data-dir-lock.ts';
import { restoreBackup, restoreServer, type Restored } from './restore-database.ts';
import { runOperation } from './run-operation.ts';

/** Adds `backup`, `restore` and `migrate-database`. */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('write everything to one file, while the server runs or not')
    .requiredOption('--out <file>', 'the backup to write; must not exist yet')
    .action(({ out }: { out: string }) => backUp(resolve(out)));
  program
    .command('restore')
    .description('fill an empty database, embedded or DATABASE_URL, from a backup; servers must be stopped')
    .argument('<file>')
    .option('--force', 'replace what is there', false)
    .action(async (file: string, { force }: { force: boolean }) => {
      const config = readConfig();
      await printRestored(await restoreBackup(config, resolve(file), force));
      const t = await loadTranslator(join(config.contentDir, 'locales'));
      const place = config.databaseUrl === undefined ? config.dataDir : 'DATABASE_URL';
      console.log(t('vi', 'backup:restored', { place }));
    });
  program
    .command('migrate-database')
    .description(
      'move from the embedded database to an empty PostgreSQL database; the server must be stopped',
    )
    .requiredOption('--to <url>', 'postgres://…')
    .action(({ to }: { to: string }) => moveToServer(to));
}

async function backUp(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) {
    throw new AppError('conflict', `${path} đã có; hãy chọn tên khác.`);
  }
  await writeThroughPart(path);
  const t = await loadTranslator(join(readConfig().contentDir, 'locales'));
  const { secretKey, keyFingerprint } = await readBackupHeader(path);
  console.log(path);
  console.log(
    secretKey === null
      ? t('vi', 'backup:needs_secret', { fingerprint: keyFingerprint })
      : t('vi', 'backup:holds_secret'),
  );
}

async function writeThroughPart(path: string): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await runOperation('backup', { path: part });
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

async function moveToServer(url: string): Promise<void> {
  const config = readConfig();
  const t = await loadTranslator(join(config.contentDir, 'locales'));
  if (config.databaseUrl !== undefined) {
    throw new AppError('configuration', t('vi', 'backup:already_server'));
  }
  const holder = await findLockHolder(config.dataDir);
  // What citizens write meanwhile would stay behind.
  if (holder !== undefined) {
    throw new AppError('conflict', t('vi', 'backup:stop_first', { pid: holder.pid }));
  }
  const path = join(config.dataDir, `moving-${Date.now()}.backup`);
  try {
    await writeThroughPart(path);
    const header = await readBackupHeader(path);
    const secret = header.secretKey ?? config.secretKey;
    await printRestored(await restoreServer(url, secret, header, path, false));
  } finally {
    await rm(path, { force: true });
  }
  console.log(t('vi', 'backup:moved', { file: join(config.dataDir, 'secret.key') }));
}

async function printRestored(restored: Restored): Promise<void> {
  for (const [table, rows] of Object.entries(restored)) if (rows > 0) console.log(`${table}\t${rows}`);
}
