import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Request } from 'express';
import type { JobOutcome } from '../core/ports.ts';
import { requestField } from './request-id.ts';
import type { Tracing } from './spans.ts';

/** Spans hold routes, counts and outcomes: no ids of people, no words, no addresses with parameters filled in. */
export function createOtlpTracing(endpoint: string): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'tthc-chatbot' }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) }),
    ],
  });
  const tracer = provider.getTracer('tthc-chatbot');
  return {
    middleware(request, response, next) {
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER });
      const { request: id = '' } = requestField();
      response.once('close', () => {
        const route = routeOf(request);
        span.updateName(`${request.method} ${route}`);
        span.setAttributes({
          'http.request.method': request.method,
          'http.route': route,
          'http.response.status_code': response.statusCode,
          'tthc.request_id': id,
        });
        if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      });
      next();
    },
    traced: (name, handler) => async (jobs) => {
      const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER });
      span.setAttribute('messaging.batch.message_count', jobs.length);
      try {
        const outcomes = await handler(jobs);
        span.setAttributes(countOutcomes(outcomes));
        return outcomes;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    close: () => provider.shutdown(),
  };
}

/** The route as it is declared, e.g. `/staff/:unit/reports`; what matches none has no name of its own. */
function routeOf(request: Request): string {
  const route = (request as { route?: { path?: unknown } }).route?.path;
  return typeof route === 'string' ? route : 'unmatched';
}

function countOutcomes(outcomes: readonly JobOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[`tthc.${status}`] = (counts[`tthc.${status}`] ?? 0) + 1;
  return counts;
}
