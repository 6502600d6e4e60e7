import type { RequestHandler } from 'express';
import type { BatchHandler } from '../core/ports.ts';

/** Spans of requests and of batches of work, for deployments that collect traces. */
export interface Tracing {
  middleware: RequestHandler;
  /** The same handler; each call is a span of this name. */
  traced<T>(name: string, handler: BatchHandler<T>): BatchHandler<T>;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}
