import { pino } from 'pino';
import type { Logger } from '../core/ports.ts';
import { requestField } from './request-id.ts';

/** Structured log on standard error, so that commands keep standard output for their result. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      mixin: requestField,
      timestamp: pino.stdTimeFunctions.isoTime,
      // An error's own fields may quote a query's parameters or a request's body: only what names the fault is kept.
      serializers: { error: describeError },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** What of an error may be logged: kind, message, code and the place, never attached data. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message,
    code: typeof code === 'string' ? code : undefined,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}
