import { Router, type RequestHandler } from 'express';
import type { MetricsRegistry } from './metrics.ts';
import { withinLimit } from '../core/within-limit.ts';

/** Resolves when a part works; rejects, or takes longer than the limit, when it does not. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthOptions {
  checks: Readonly<Record<string, HealthCheck>>;
  /** False from the moment at which the process begins to stop, so that a load balancer looks elsewhere. */
  accepting(): boolean;
  metrics: MetricsRegistry;
  /** Decides who may read the metrics. */
  guardMetrics: RequestHandler;
  /** Brings gauges up to date before they are read; never rejects. */
  refreshGauges(): Promise<void>;
}

const checkTimeoutMs = 2_000;

/** `/healthz` (the process lives), `/readyz` (it can serve, part by part) and `/metrics`. */
export function createHealthRoutes(options: HealthOptions): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const parts = await runChecks(options.checks);
    const ready = options.accepting() && Object.values(parts).every((state) => state === 'ok');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable', parts });
  });
  router.get('/metrics', options.guardMetrics, async (_request, response) => {
    await options.refreshGauges();
    response.type(options.metrics.contentType).send(await options.metrics.render());
  });
  return router;
}

async function runChecks(checks: HealthOptions['checks']): Promise<Record<string, 'ok' | 'down'>> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const),
  );
  return Object.fromEntries(states);
}

async function stateOf(check: HealthCheck): Promise<'ok' | 'down'> {
  return withinLimit(check(), checkTimeoutMs, () => new Error('no answer in time')).then(
    () => 'ok',
    () => 'down',
  );
}
