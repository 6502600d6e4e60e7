import type { Logger } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { createServerDatabase } from './server-database.ts';

/** The database of the deployment: the server that `databaseUrl` names, else the embedded one of `dataDir`. */
export async function openDatabase(options: {
  databaseUrl: string | undefined;
  dataDir: string;
  logger: Logger;
}): Promise<Database> {
  const { databaseUrl, dataDir, logger } = options;
  if (databaseUrl === undefined) return openEmbeddedDatabase(dataDir);
  return createServerDatabase({ connectionString: databaseUrl, logger });
}
