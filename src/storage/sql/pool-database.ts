import { createHash } from 'node:crypto';
import pg from 'pg';
import {
  plannedAnew,
  withStorageErrors,
  type Database,
  type Queryable,
  type QueryResult,
} from './database.ts';

const int8 = 20;

/** How column types become values, the same on both databases. */
export function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, (text) => Number(text));
  return types;
}

type Runner = Pick<pg.PoolClient, 'query'>;

/** Lends a connection to `work`. */
type WithRunner = <T>(work: (runner: Runner) => Promise<T>) => Promise<T>;

/** A connection keeps the plan of each of these texts; what comes after is planned every time. */
const preparedAtMost = 300;
/** A plan that was made before the schema changed under it (a rolling upgrade) is refused once with this. */
const stalePlan = '0A000';

/** Names for statements: planning ours costs more than running them, so a connection plans each text once. */
class StatementNames {
  readonly #names = new Map<string, string>();

  nameOf(text: string): string | undefined {
    if (text.startsWith(plannedAnew)) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= preparedAtMost) return known;
    const name = `s_${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`;
    this.#names.set(text, name);
    return name;
  }
}

/** The server answered, if only with a refusal: the connection is sound. Without an answer nobody knows. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code));
}

async function runPrepared<R extends object>(
  runner: Runner,
  names: StatementNames,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult<R & pg.QueryResultRow>> {
  const name = names.nameOf(text);
  if (name === undefined) return runner.query(text, values);
  try {
    return await runner.query({ name, text, values });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === stalePlan)) throw error;
    return runner.query(text, values);
  }
}

function createQueryable(withRunner: WithRunner, names: StatementNames): Queryable {
  return {
    query: <R extends object>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<R>> =>
      withStorageErrors(async () => {
        const result = await withRunner((runner) => runPrepared<R>(runner, names, text, [...parameters]));
        return { rows: result.rows, rowCount: result.rowCount ?? 0 };
      }),
    script: (text) =>
      withStorageErrors(async () => {
        await withRunner((runner) => runner.query(text));
      }),
  };
}

/** Everything of a Database that is the same over any pool of node-postgres. */
export function createPoolDatabase(pool: pg.Pool): Pick<Database, 'query' | 'script' | 'transaction'> {
  const names = new StatementNames();
  // A connection that breaks while it is lent says so in its next statement; unheard, the event would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });

  // The pool's own `query` drops a connection after every refused statement; here only those that broke are dropped.
  async function withConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = !isRefusal(error) && !(error instanceof WorkFailed);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function runTransaction<T>(client: pg.PoolClient, work: (tx: Queryable) => Promise<T>): Promise<T> {
    await client.query('begin');
    try {
      const result = await work(createQueryable((run) => run(client), names));
      await client.query('commit');
      return result;
    } catch (error) {
      // When the connection is gone the server rolls back by itself, and this throws what tells so.
      await client.query('rollback');
      throw new WorkFailed(error);
    }
  }

  return {
    ...createQueryable(withConnection, names),
    transaction: (work) =>
      withStorageErrors(async () => {
        try {
          return await withConnection((client) => runTransaction(client, work));
        } catch (error) {
          throw error instanceof WorkFailed ? error.reason : error;
        }
      }),
  };
}

/** The caller's part of a transaction failed and was rolled back: the connection is sound. */
class WorkFailed extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('rolled back');
    this.reason = reason;
  }
}
