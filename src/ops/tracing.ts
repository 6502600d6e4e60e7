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

const noTracing: Tracing = {
  middleware: (_request, _response, next) => next(),
  traced: (_name, handler) => handler,
  close: async () => undefined,
};

/** Traces to an OpenTelemetry collector (OTLP over HTTP) at `endpoint`; without one nothing is loaded and nothing measured. */
export async function createTracing(endpoint: string | undefined): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(endpoint);
}
