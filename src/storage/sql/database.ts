import { AppError, errorMessage } from '../../core/errors.ts';

export interface QueryResult<R> {
  rows: R[];
  /** Rows returned or changed by the statement. */
  rowCount: number;
}

/**
 * Begins a query whose best plan depends on what is asked for (a filter that leaves much or little): it is planned each
 * time with its values, where others keep one plan for all values.
 */
export const plannedAnew = '/* planned anew */';

/**
 * What runs SQL. Parameters are `$1`, `$2` …; JSON goes in as text (`JSON.stringify`), bytes as Uint8Array, instants as
 * Date or ISO text. `bigint` comes out as a number, `timestamptz` as a Date, `bytea` as a Uint8Array, `jsonb` parsed.
 */
export interface Queryable {
  query<R extends object>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<R>>;
  /** Runs several statements without parameters, for migrations. */
  script(text: string): Promise<void>;
}

/**
 * One PostgreSQL database, embedded or on a server. Every failure that may pass by itself (server gone, disk full,
 * dead lock) is an AppError `storage-unavailable` with `retryable`; all else is the driver's own error.
 */
export interface Database extends Queryable {
  /** `embedded`: this process is the database, nobody else can change it except through this process. */
  readonly kind: 'embedded' | 'server';
  /**
   * Commits what `work` did, or nothing when it throws. On the embedded database everything else waits meanwhile, so
   * `work` does no network calls and uses `tx` only.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotify` after each NOTIFY on `channel` (a lower-case word), and after a lost connection was restored since
   * notifications may have been missed. Resolves to the function that ends it.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Classes of SQLSTATE that say "not now" rather than "not so": connection, resources, shutdown, I/O, corruption. */
const passingClasses = ['08', '53', '57', '58', 'XX'];
/** Read-only server (a standby after a fail-over), serialization failure, dead lock, lock not available. */
const passingStates = ['25006', '40001', '40P01', '55P03'];
const quotingFields = ['detail', 'where', 'hint', 'internalQuery'];
const passingMessages =
  /connection terminated|timeout exceeded|connection timeout|query read timeout|not queryable|is closed|is closing|has been closed|econn|socket|ENOSPC|EROFS|EIO|cannot use a pool|Client was closed/i;
const systemCodes = /^(E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_AGAIN|NOSPC|ROFS|IO|DQUOT|NOENT|ACCES))/;

/** Gives a driver's error its place in our family: AppError when it may pass, the error itself when it cannot. */
export function toStorageError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : '';
  const passing =
    passingStates.includes(code) ||
    (/^[0-9A-Z]{5}$/.test(code) && passingClasses.includes(code.slice(0, 2))) ||
    systemCodes.test(code) ||
    (code === '' && passingMessages.test(errorMessage(error)));
  if (!passing) {
    // What the server adds quotes the refused row, and with it a citizen's words.
    if (error instanceof Error) for (const quoting of quotingFields) Reflect.deleteProperty(error, quoting);
    return error;
  }
  return new AppError(
    'storage-unavailable',
    `Cơ sở dữ liệu chưa phục vụ được (${code === '' ? 'mất kết nối' : code}); xem nó có đang chạy, có gọi tới được và còn chỗ trên đĩa không.`,
    { cause: error, retryable: true },
  );
}

/** Awaits `work` and throws what `toStorageError` makes of its failure. */
export async function withStorageErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStorageError(error);
  }
}

/** Resolves when the database answers and can be written to; a standby after a fail-over answers but cannot. */
export async function checkWritable(database: Queryable): Promise<void> {
  const { rows } = await database.query<{ state: string }>(
    `select current_setting('transaction_read_only') as state`,
  );
  if (rows[0]?.state === 'off') return;
  throw new AppError('storage-unavailable', 'Cơ sở dữ liệu chỉ đọc: không lưu được gì.', {
    retryable: true,
  });
}
