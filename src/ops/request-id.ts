import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const current = new AsyncLocalStorage<string>();

/** Names each request, by the proxy's name for it where that is a harmless one, in the answer and in every log line. */
export function giveRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.header('x-request-id') ?? '';
  const id = /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  current.run(id, next);
}

/** The request that runs now; nothing in the background. */
export function requestField(): { request?: string } {
  const request = current.getStore();
  return request === undefined ? {} : { request };
}
