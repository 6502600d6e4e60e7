import pg from 'pg';
import type { Logger } from '../../core/ports.ts';
import { errorMessage } from '../../core/errors.ts';
import type { Database } from './database.ts';
import { createPoolDatabase, createTypes } from './pool-database.ts';
import { createServerListener } from './server-listener.ts';

export interface ServerDatabaseOptions {
  connectionString: string;
  logger: Logger;
  /** Connections of this process; default 10. */
  maxConnections?: number;
  /** How long one statement may run before it counts as failed; default 30 s. */
  statementTimeoutMs?: number;
}

/** A PostgreSQL server through a pool that outlives restarts of the server. Connects on first use. */
export function createServerDatabase(options: ServerDatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    // The server may be gone without a word; the client must notice by itself too.
    query_timeout: statementTimeoutMs + 2_000,
    application_name: 'tthc',
    types: createTypes(),
  });
  // An idle connection that breaks is replaced on next use; without a listener it would end the process.
  pool.on('error', (error) => {
    options.logger.warn({ error: errorMessage(error) }, 'an idle database connection broke');
  });
  const listener = createServerListener(options.connectionString, options.logger);
  let closing: Promise<void> | undefined;
  return {
    kind: 'server',
    ...createPoolDatabase(pool),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    close: () => {
      closing ??= Promise.all([pool.end(), listener.close()]).then(() => undefined);
      return closing;
    },
  };
}
