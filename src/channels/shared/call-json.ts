import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { Remembered } from '../../core/remembered.ts';
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
  /^(ECONNREFUSED|ENOTFOUND|EAI_|ENETUNREACH|EHOSTUNREACH|ERR_INVALID_|ERR_TLS_|ERR_SSL_)/;
/** The host's certificate has run out, is of another name, or of nobody whom we trust; nothing is sent to such a host. */
const untrusted = /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

/**
 * Connections stay open between calls: opening one costs more than the call. Idle ones are closed before platforms close
 * theirs, for a call that meets a closing connection may or may not have arrived.
 */
const keptOpen = { keepAlive: true, timeout: 4_000 };
const agents = { 'http:': new HttpAgent(keptOpen), 'https:': new HttpsAgent(keptOpen) };

/** Calls a platform and never throws: a failure is told by whether the request can have had an effect. */
export async function callJson(url: string, call: JsonCall): Promise<CallResult> {
  if (isAborted(call.signal)) return { outcome: 'not-sent', code: 'aborted' };
  let isLate = false;
  let isOnItsWay = false;
  try {
    // A redirect would carry the token to wherever it points: none is followed.
    const request = openRequest(url, call);
    const timer = setTimeout(() => {
      isLate = true;
      isOnItsWay = isConnected(request.socket);
      request.destroy();
    }, call.timeoutMs);
    const abort = () => {
      isOnItsWay = isConnected(request.socket);
      request.destroy();
    };
    call.signal?.addEventListener('abort', abort, { once: true });
    const { status, retryAfter, text } = await readAnswer(request).finally(() => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', abort);
    });
    return { outcome: 'answered', status, body: readBody(text), retryAfterMs: readRetryAfter(retryAfter) };
  } catch (error) {
    if (isLate || isAborted(call.signal)) {
      return { outcome: isOnItsWay ? 'unknown' : 'not-sent', code: isLate ? 'timeout' : 'aborted' };
    }
    const { code, syscall } = readCause(error);
    if (untrusted.test(code)) return { outcome: 'not-sent', code: 'certificate' };
    const neverLeft = beforeSending.test(code) || syscall === 'connect';
    return neverLeft
      ? { outcome: 'not-sent', code: 'unreachable' }
      : { outcome: 'unknown', code: 'connection-lost' };
  }
}

/** The same few addresses are called all the time: taking one apart costs more than sending. */
const targets = new Remembered<RequestOptions>(100);

function openRequest(url: string, { method, headers, body }: JsonCall): ClientRequest {
  const target = targets.get(url, () => urlToHttpOptions(new URL(url)));
  const isPlain = target.protocol === 'http:';
  const isForm = body instanceof URLSearchParams;
  const payload = body === undefined ? undefined : isForm ? body.toString() : JSON.stringify(body);
  const type = isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'application/json';
  const options = {
    ...target,
    method,
    agent: isPlain ? agents['http:'] : agents['https:'],
    headers: {
      ...(payload === undefined
        ? {}
        : { 'content-type': type, 'content-length': Buffer.byteLength(payload) }),
      ...headers,
    },
  };
  return (isPlain ? httpRequest(options) : httpsRequest(options)).end(payload);
}

/** Before the handshake is done nothing of a request has left. */
function isConnected(socket: ClientRequest['socket']): boolean {
  if (socket === null || socket.connecting) return false;
  return !(socket instanceof TLSSocket) || socket.getProtocol() !== null;
}

function readAnswer(
  request: ClientRequest,
): Promise<{ status: number; retryAfter: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
  });
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
function readRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}

/** The failures of several addresses stand in `errors`. Read by name, not by class: an error may come from another realm. */
function readCause(error: unknown): { code: string; syscall: string } {
  const whole = propertiesOf(error);
  const { code, syscall } = Array.isArray(whole['errors']) ? propertiesOf(whole['errors'][0]) : whole;
  return {
    code: typeof code === 'string' ? code : '',
    syscall: typeof syscall === 'string' ? syscall : '',
  };
}

function propertiesOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
