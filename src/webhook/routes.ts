import { Router, type Request, type Response } from 'express';
import type { InboundEvent } from '../core/event.ts';
import { AppError } from '../core/errors.ts';
import type { Channel, Clock, Logger, Metrics, Queue } from '../core/ports.ts';
import { readRawBody, UnreadableBody } from './read-raw-body.ts';

export interface WebhookOptions {
  channels: readonly Channel[];
  inbound: Queue<InboundEvent>;
  /** The pseudonym by which a citizen's events are kept in order. */
  citizenOf(event: InboundEvent): string;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** Largest delivery that is read. Platforms batch dozens of events; a citizen's longest text is a few kilobytes. */
export const deliveryLimitBytes = 512 * 1024;

/**
 * `/webhooks/<channel>`: raw body → verify → parse → store → 200. Nothing is done before the signature holds, and
 * nothing is acknowledged before it is stored.
 */
export function createWebhookRoutes(options: WebhookOptions): Router {
  const router = Router();
  for (const channel of options.channels) {
    const path = `/webhooks/${channel.name}`;
    router.get(path, (request, response) => answerChallenge(channel, request, response));
    router.post(path, (request, response) => receive(channel, request, response, options));
  }
  return router;
}

async function receive(
  channel: Channel,
  request: Request,
  response: Response,
  options: WebhookOptions,
): Promise<void> {
  const startedAt = performance.now();
  const count = (result: string) =>
    options.metrics.count('tthc_webhook_deliveries_total', { channel: channel.name, result });
  const body = await readRawBody(request, deliveryLimitBytes).catch((error: unknown) => {
    if (error instanceof UnreadableBody) return error;
    throw error;
  });
  if (body instanceof UnreadableBody) {
    count(body.status === 413 ? 'too-large' : 'malformed');
    response.status(body.status).end();
    return;
  }
  const malformed = () => {
    count('malformed');
    response.status(400).end();
  };
  if (body.length === 0) return malformed();

  const verification = channel.verify(body, request.headers);
  if (!verification.ok) {
    count('bad-signature');
    options.logger.warn({ channel: channel.name, reason: verification.reason }, 'a delivery was refused');
    response.status(401).end();
    return;
  }
  const parsed = parse(channel, body, options.clock.now());
  if (parsed === undefined) return malformed();
  for (const [name, number] of Object.entries(parsed.ignored)) countEvents(channel, name, number, options);

  try {
    const { stored, duplicates } = await store(parsed.events, options);
    countEvents(channel, 'stored', stored, options);
    countEvents(channel, 'duplicate', duplicates, options);
  } catch (error) {
    count('unavailable');
    options.logger.error(
      { error, channel: channel.name },
      'a delivery could not be stored; the platform sends it again',
    );
    response.status(503).end();
    return;
  }
  count('stored');
  response.status(200).end();
  options.metrics.observe('tthc_webhook_seconds', (performance.now() - startedAt) / 1000, {
    channel: channel.name,
  });
}

function parse(channel: Channel, body: Uint8Array, now: Date): ReturnType<Channel['parse']> | undefined {
  try {
    return channel.parse(body, now);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-input') return undefined;
    throw error;
  }
}

function store(events: readonly InboundEvent[], options: WebhookOptions) {
  if (events.length === 0) return Promise.resolve({ stored: 0, duplicates: 0 });
  return options.inbound.put(
    events.map((event) => ({
      id: `${event.channel}:${event.unitId}:${event.eventId}`,
      key: options.citizenOf(event),
      unitId: event.unitId,
      body: event,
    })),
  );
}

function countEvents(channel: Channel, result: string, number: number, { metrics }: WebhookOptions): void {
  if (number > 0) metrics.count('tthc_webhook_events_total', { channel: channel.name, result }, number);
}

/** The platform's check of the address. Where a platform makes none, a plain 200 lets its console save the URL. */
function answerChallenge(channel: Channel, request: Request, response: Response): void {
  if (channel.answerChallenge === undefined) {
    response.status(200).type('text/plain').send('ok');
    return;
  }
  const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '');
  const answer = channel.answerChallenge(query);
  if (answer === undefined) response.status(403).end();
  else response.status(200).type('text/plain').send(answer);
}
