import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Services } from '../compose.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { fingerprintOf, loadSecretKey } from '../ops/secret-key.ts';
import { writeBackupFile } from '../storage/backup/backup-file.ts';
import { dumpDatabase } from '../storage/backup/dump-database.ts';
import { listPayloadKeyFiles } from '../storage/payload-key-files.ts';

/** Whoever owns the database writes the file where the command says; a name of this form harms no other file. */
const input = z.strictObject({
  path: z
    .string()
    .max(4_096)
    .refine((path) => isAbsolute(path) && path.endsWith('.part')),
});

/** Writes everything that the database holds, with the keys that it needs, to `path`. */
export async function writeBackup(services: Services, given: unknown): Promise<OperationResult> {
  const { path } = readInput(input, given);
  const { config, database, clock } = services;
  const secret = await loadSecretKey(config.secretKey, config.dataDir);
  const { rows } = await database.query<{ name: string }>('select name from schema_migration order by name');
  const keys = database.kind === 'embedded' ? await listPayloadKeyFiles(join(config.dataDir, 'keys')) : [];
  await writeBackupFile(
    path,
    {
      format: 'tthc-backup',
      version: 1,
      createdAt: clock.now().toISOString(),
      source: database.kind,
      migrations: rows.map(({ name }) => name),
      keyFingerprint: fingerprintOf(secret),
      secretKey: config.secretKey === undefined ? secret : null,
    },
    dumpDatabase(database, keys),
  );
  return { text: '', exitCode: 0 };
}
