import pg from 'pg';
import type { Logger } from '../../core/ports.ts';
import { errorMessage } from '../../core/errors.ts';
import { withStorageErrors, type Database, type Queryable, type QueryResult } from './database.ts';
import { createServerListener } from './server-listener.ts';

export interface ServerDatabaseOptions {
  connectionString: string;
  logger: Logger;
  /** Connections of this process; default 10. */
  maxConnections?: number;
  /** How long one statement may run before it counts as failed; default 30 s. */
  statementTimeoutMs?: number;
}

const int8 = 20;

function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, (text) => Number(text));
  return types;
}

type PgRunner = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

function createQueryable(runner: PgRunner): Queryable {
  return {
    query: <R extends object>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<R>> =>
      withStorageErrors(async () => {
        const result = await runner.query<R & pg.QueryResultRow>(text, [...parameters]);
        return { rows: result.rows, rowCount: result.rowCount ?? 0 };
      }),
    script: (text) =>
      withStorageErrors(async () => {
        await runner.query(text);
      }),
  };
}

/** A PostgreSQL server through a pool that outlives restarts of the server. Connects on first use. */
export function createServerDatabase(options: ServerDatabaseOptions): Database {
  const types = createTypes();
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
    types,
  });
  // An idle connection that breaks is replaced on next use; without a listener it would end the process.
  pool.on('error', (error) => {
    options.logger.warn({ error: errorMessage(error) }, 'an idle database connection broke');
  });
  const listener = createServerListener(options.connectionString, options.logger);
  let closing: Promise<void> | undefined;

  return {
    kind: 'server',
    ...createQueryable(pool),
    transaction: (work) =>
      withStorageErrors(async () => {
        const client = await pool.connect();
        let broken = false;
        try {
          await client.query('begin');
          const result = await work(createQueryable(client));
          await client.query('commit');
          return result;
        } catch (error) {
          try {
            await client.query('rollback');
          } catch {
            // The connection itself is gone: the server rolls back, and the pool must not reuse it.
            broken = true;
          }
          throw error;
        } finally {
          client.release(broken);
        }
      }),
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    close: () => {
      closing ??= Promise.all([pool.end(), listener.close()]).then(() => undefined);
      return closing;
    },
  };
}
