import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { EventContent, InboundEvent } from '../../core/event.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import { webChannelName } from './channel.ts';
import type { WebMailbox } from './mailbox.ts';
import { renderChatPage, renderUnitList, type ChatPageTexts } from './page.ts';
import { newVisitor, readVisitor, signVisitor, type Visitor } from './visitor-token.ts';

export interface WebUnit {
  id: string;
  name: string;
  /** Elements for the page's head, e.g. a platform's site verification. */
  head: { name: string; content: string }[];
}

export interface WebRoutesOptions {
  /** Units of the deployment now; content may be reloaded. */
  units(): readonly WebUnit[];
  texts: ChatPageTexts;
  mailbox: WebMailbox;
  /** Stores an event durably; rejects when it cannot. */
  accept(event: InboundEvent): Promise<void>;
  /** Whether this visitor may act now; false when they write too fast. */
  allow(kind: 'visitor' | 'message', key: string): Promise<boolean>;
  key: Uint8Array;
  clock: Clock;
  logger: Logger;
}

const assetsDir = join(import.meta.dirname, 'assets');
/** Largest request body: a message of 4,000 characters in any script, escaped. */
const bodyLimit = '48kb';
/** How often an open page is told that the connection lives. */
const keepAliveMs = 20_000;

const messageBody = z.union([
  z.strictObject({ text: z.string().min(1).max(10_000) }),
  z.strictObject({ payload: z.string().min(1).max(1_000), title: z.string().max(200) }),
  z.strictObject({ start: z.literal(true), ref: z.string().max(64).optional() }),
]);

/** The web chat: its page, its assets, and three calls (begin, write, listen). No cookies, so nothing to forge. */
export function createWebRoutes(options: WebRoutesOptions): Router {
  const router = Router();
  const visitorOf = (request: Request): Visitor | undefined =>
    readVisitor(request.header('x-visitor'), options.key);

  router.get('/', (request, response) => sendPage(request, response, options));
  for (const [name, type] of [
    ['chat.js', 'text/javascript'],
    ['chat.css', 'text/css'],
  ] as const) {
    router.get(`/web/${name}`, async (_request, response) => {
      response
        .type(type)
        .set('cache-control', 'public, max-age=300')
        .send(await readFile(join(assetsDir, name)));
    });
  }

  router.post('/web/visitors', express.json({ limit: bodyLimit }), async (request, response) => {
    const body = z
      .strictObject({ unit: z.string().max(64), test: z.boolean().optional() })
      .safeParse(request.body);
    const unit = body.success ? options.units().find(({ id }) => id === body.data.unit) : undefined;
    if (!body.success || unit === undefined) return void response.status(400).json({ error: 'unit' });
    if (!(await options.allow('visitor', request.ip ?? '')))
      return void response.status(429).json({ error: 'rate' });
    const visitor = newVisitor(unit.id, body.data.test ?? false);
    response.status(201).json({ token: signVisitor(visitor, options.key) });
  });

  router.post('/web/messages', express.json({ limit: bodyLimit }), async (request, response) => {
    const visitor = visitorOf(request);
    if (visitor === undefined) return void response.status(401).json({ error: 'visitor' });
    const body = messageBody.safeParse(request.body);
    if (!body.success) return void response.status(400).json({ error: 'message' });
    if (!(await options.allow('message', visitor.id)))
      return void response.status(429).json({ error: 'rate' });
    try {
      await options.accept(toEvent(visitor, body.data, options.clock.now()));
    } catch (error) {
      options.logger.error({ error }, 'a web chat message could not be stored');
      return void response.status(503).json({ error: 'unavailable' });
    }
    response.status(202).json({});
  });

  router.get('/web/replies', (request, response) => {
    const visitor = visitorOf(request);
    if (visitor === undefined) return void response.status(401).json({ error: 'visitor' });
    streamReplies(visitor, readSequence(request.query.after), response, options);
  });
  return router;
}

async function sendPage(request: Request, response: Response, options: WebRoutesOptions): Promise<void> {
  const units = options.units();
  const wanted = typeof request.query.unit === 'string' ? request.query.unit : undefined;
  const unit = wanted === undefined && units.length === 1 ? units[0] : units.find(({ id }) => id === wanted);
  const head = units.flatMap((each) => each.head);
  response.type('html').set('cache-control', 'no-store');
  if (unit === undefined) {
    response.status(wanted === undefined ? 200 : 404).send(renderUnitList(units, options.texts, head));
    return;
  }
  response.send(renderChatPage(unit, options.texts, { test: request.query.test === '1', head }));
}

function toEvent(visitor: Visitor, body: z.output<typeof messageBody>, now: Date): InboundEvent {
  const content: EventContent =
    'text' in body
      ? { kind: 'text', text: body.text }
      : 'payload' in body
        ? { kind: 'choice', payload: body.payload, title: body.title }
        : { kind: 'start', ...(body.ref === undefined ? {} : { ref: body.ref }) };
  return {
    channel: webChannelName,
    unitId: visitor.unitId,
    eventId: randomUUID(),
    userId: visitor.id,
    occurredAt: now.toISOString(),
    receivedAt: now.toISOString(),
    content,
    ...(visitor.test ? { test: true } : {}),
  };
}

/** Server-sent events, one per bubble; the page reconnects with the last sequence it has. */
function streamReplies(visitor: Visitor, after: number, response: Response, options: WebRoutesOptions): void {
  response.set({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  let last = after;
  let reading = Promise.resolve();
  const deliver = () => {
    reading = reading
      .then(async () => {
        for (const message of await options.mailbox.after(visitor.id, last)) {
          last = message.sequence;
          response.write(`id: ${message.sequence}\ndata: ${JSON.stringify(message)}\n\n`);
        }
      })
      .catch((error: unknown) =>
        options.logger.warn({ error }, 'replies for an open web chat could not be read'),
      );
  };
  const keepAlive = setInterval(() => response.write(': keep\n\n'), keepAliveMs);
  const stopLooking = options.mailbox.open({
    visitor: visitor.id,
    last: () => last,
    deliver,
    close: () => response.end(),
  });
  response.on('close', () => {
    stopLooking();
    clearInterval(keepAlive);
  });
  deliver();
}

/** The number of the last message that a page has; 0 for what is no such number. */
function readSequence(value: unknown): number {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : 0;
}
