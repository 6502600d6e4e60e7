import type { Tracing } from './spans.ts';

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
