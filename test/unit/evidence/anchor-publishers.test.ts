import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Mail } from '../../../src/core/ports.ts';
import {
  createHttpPublisher,
  createMailPublisher,
  publishOnce,
} from '../../../src/evidence/anchor-publishers.ts';

const anchor = {
  v: 1 as const,
  unit: 'hang-gon',
  number: 7,
  hash: 'ab'.repeat(32),
  sealedAt: '2026-09-20T00:00:00.000000Z',
};
const line = `{"hash":"${anchor.hash}","number":7,"sealedAt":"${anchor.sealedAt}","unit":"hang-gon","v":1}\n`;

describe('handing a root over', () => {
  const closing: (() => void)[] = [];
  afterEach(() => closing.splice(0).forEach((close) => close()));

  async function start(
    status: number,
    headers: Record<string, string> = {},
  ): Promise<{ url: string; bodies: string[] }> {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString());
        response.writeHead(status, headers).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/anchors`, bodies };
  }

  it('posts the canonical text', async () => {
    const { url, bodies } = await start(204);
    await createHttpPublisher(url).publish(anchor);
    expect(bodies).toEqual([line]);
  });

  it('fails on any answer but a 2xx, and follows no redirect', async () => {
    await expect(createHttpPublisher((await start(500)).url).publish(anchor)).rejects.toThrow(/500/);
    const elsewhere = await start(204);
    const redirecting = await start(307, { location: elsewhere.url });
    await expect(createHttpPublisher(redirecting.url).publish(anchor)).rejects.toThrow();
    expect(elsewhere.bodies).toEqual([]);
  });

  it('writes a mail that a mailbox can keep', async () => {
    const mails: Mail[] = [];
    await createMailPublisher(
      async (mail) => void mails.push(mail),
      'so-noi-vu@example.gov.vn',
      ({ unit, number }) => `${unit} ${number}`,
    ).publish(anchor);
    expect(mails).toEqual([{ to: ['so-noi-vu@example.gov.vn'], subject: 'hang-gon 7', text: line }]);
  });

  it('hands the same root over once, and again when it failed', async () => {
    const memory = new Map<string, unknown>();
    const received: string[] = [];
    let fails = true;
    const once_ = publishOnce(
      {
        async publish({ hash }) {
          if (fails) throw new Error('no answer');
          received.push(hash);
        },
      },
      'http',
      { read: async (name) => memory.get(name), write: async (name, value) => void memory.set(name, value) },
    );
    await expect(once_.publish(anchor)).rejects.toThrow('no answer');
    fails = false;
    await once_.publish(anchor);
    await once_.publish(anchor);
    await once_.publish({ ...anchor, number: 8, hash: 'cd'.repeat(32) });
    expect(received).toEqual([anchor.hash, 'cd'.repeat(32)]);
  });
});
