import { parseJson } from './parse-json.ts';

/** What became of one HTTP call. */
export type CallResult =
  /** The platform answered; `body` is undefined when the answer was not JSON. */
  | { outcome: 'answered'; status: number; body: unknown; retryAfterMs: number | undefined }
  /** The request never left: calling again cannot do anything twice. */
  | { outcome: 'not-sent'; code: string }
  /** The request may have been carried out. */
  | { outcome: 'unknown'; code: string };

export interface JsonCall {
  method: 'GET' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  /** An object goes out as JSON, URLSearchParams as a form. */
  body?: object | URLSearchParams;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Codes of failures that happen before the request is written to the connection. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

/** Calls a platform and never throws: a failure is told by whether the request can have had an effect. */
export async function callJson(url: string, call: JsonCall): Promise<CallResult> {
  if (isAborted(call.signal)) return { outcome: 'not-sent', code: 'aborted' };
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const isForm = call.body instanceof URLSearchParams;
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: {
        ...(call.body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: call.body instanceof URLSearchParams ? call.body : JSON.stringify(call.body) }),
      // A redirect would carry the token to wherever it points.
      redirect: 'manual',
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
    });
    return {
      outcome: 'answered',
      status: response.status,
      body: readBody(await response.text()),
      retryAfterMs: readRetryAfter(response.headers.get('retry-after')),
    };
  } catch (error) {
    if (timeout.aborted) return { outcome: 'unknown', code: 'timeout' };
    if (isAborted(call.signal)) return { outcome: 'unknown', code: 'aborted' };
    const { code, syscall } = readCause(error);
    const neverLeft = beforeSending.test(code) || syscall === 'connect';
    return neverLeft
      ? { outcome: 'not-sent', code: 'unreachable' }
      : { outcome: 'unknown', code: 'connection-lost' };
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function readBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Only the form in seconds; platforms do not send dates here. */
function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}

/** fetch wraps what the socket said in `cause`, and the failures of several addresses in `errors`. */
function readCause(error: unknown): { code: string; syscall: string } {
  const outer = propertiesOf(error);
  const cause = propertiesOf(outer['cause'] ?? error);
  const first = Array.isArray(cause['errors']) ? propertiesOf(cause['errors'][0]) : cause;
  const { code, syscall } = first;
  return {
    code: typeof code === 'string' ? code : '',
    syscall: typeof syscall === 'string' ? syscall : '',
  };
}

/** Read by name, not by class: an error may come from another realm. */
function propertiesOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
