import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Database } from './database.ts';

const migrationsDir = join(import.meta.dirname, 'migrations');
/** Any fixed number: what concurrent starters wait on. */
const migrationLock = 7_415_020_116;

export interface Migration {
  /** `0001-name`; also the order. */
  name: string;
  sql: string;
}

/** All migrations of this version, in order. A migration that was released is never edited: a new file changes things. */
export async function loadMigrations(): Promise<Migration[]> {
  const files = (await readdir(migrationsDir)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.replace(/\.sql$/, ''),
      sql: await readFile(join(migrationsDir, file), 'utf8'),
    })),
  );
}

/** A short name of the schema that `migrations` make; changes with any of their bytes. */
export function hashMigrations(migrations: readonly Migration[]): string {
  const hash = createHash('sha256');
  for (const { name, sql } of migrations) hash.update(name).update('\0').update(sql).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * Brings the schema up to this version and returns the names of what was run now. Any number of processes may start at
 * once: one migrates, the others wait for it.
 * @throws AppError `configuration` when the database was made by a newer version.
 */
export async function migrate(database: Database, migrations?: readonly Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await loadMigrations());
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await tx.script(
      'create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const { rows } = await tx.query<{ name: string }>('select name from schema_migration order by name');
    const applied = new Set(rows.map(({ name }) => name));
    const unknown = [...applied].filter((name) => !wanted.some((migration) => migration.name === name));
    const newest = wanted.at(-1)?.name ?? '';
    if (unknown.some((name) => name > newest)) {
      throw new AppError(
        'configuration',
        `The database was made by a newer version (${unknown.join(', ')}); start that version or restore an older backup.`,
      );
    }
    const missing = wanted.filter(({ name }) => !applied.has(name));
    for (const { name, sql } of missing) {
      await tx.script(sql);
      await tx.query('insert into schema_migration (name) values ($1)', [name]);
    }
    return missing.map(({ name }) => name);
  });
}
