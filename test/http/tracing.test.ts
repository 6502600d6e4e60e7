import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { startSystem, zalo } from '../e2e/support/system.ts';
import { zaloText } from '../fakes/deliveries.ts';

it('sends spans of requests and batches to a collector, without ids or words of citizens', async () => {
  let received = '';
  const collector = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const system = await startSystem({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  try {
    const user = '6900000000000000001';
    await system.deliver(zaloText(zalo, user, 'lệ phí đăng ký kết hôn'));
    await system.waitForSent(user, 1);
    // A stop sends what is not sent yet.
    await system.kill('SIGTERM');
    for (const part of ['POST /webhooks/zalo', '"inbound"', '"outbound"', 'tthc.done', 'tthc.request_id']) {
      expect([part, received]).toEqual([part, expect.stringContaining(part)]);
    }
    expect(received).not.toContain(user);
    expect(received).not.toContain('kết hôn');
  } finally {
    await system.dispose();
    collector.closeAllConnections();
    collector.close();
  }
}, 120_000);
