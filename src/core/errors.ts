/** What went wrong, in a word that code may branch on. */
export type ErrorCode =
  | 'configuration'
  | 'content'
  | 'storage-unavailable'
  | 'platform-refused'
  | 'platform-unreachable'
  | 'platform-outcome-unknown'
  | 'invalid-input'
  | 'not-found'
  | 'conflict';

/**
 * The one error family. `message` tells the reader what to do next and never holds a token or a citizen's words.
 * `retryable` says whether the same call may succeed later; `retryAfterMs` when the other side said how long to wait.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The text of anything thrown, for a log line. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
