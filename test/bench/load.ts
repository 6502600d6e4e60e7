import { Agent, request } from 'node:http';
import type { Delivery } from '../fakes/deliveries.ts';

export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/** Posts all deliveries over `connections` kept-alive connections, each sending its next when the last is answered; `onPost` hears of each. */
export async function runLoad(
  url: string,
  deliveries: readonly Delivery[],
  connections: number,
  onPost: (index: number) => void = () => undefined,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let failed = 0;
  let next = 0;
  const begun = performance.now();
  const worker = async () => {
    for (let index = next++; index < deliveries.length; index = next++) {
      const delivery = deliveries[index];
      if (delivery === undefined) break;
      onPost(index);
      const startedAt = performance.now();
      const status = await post(agent, url, delivery);
      latencies.push(performance.now() - startedAt);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  return {
    perSecond: deliveries.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failed,
  };
}

/** Sends one delivery; its status. */
export function post(agent: Agent, url: string, { path, headers, body }: Delivery): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}${path}`,
      { method: 'POST', agent, headers: { ...headers, 'content-length': String(body.length) } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
