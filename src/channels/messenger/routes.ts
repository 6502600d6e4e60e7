import { randomBytes } from 'node:crypto';
import express, { Router } from 'express';
import type { Logger } from '../../core/ports.ts';
import type { MessengerChannel } from './messenger-channel.ts';

/** A request for deletion that came through the platform. The id in it is app-scoped: it names no conversation. */
export interface DeletionRequest {
  code: string;
  /** ISO 8601, UTC. */
  receivedAt: string;
}

export interface MessengerRoutesOptions {
  channel: Pick<MessengerChannel, 'readSignedRequest'>;
  deletions: {
    record(request: DeletionRequest): Promise<void>;
    find(code: string): Promise<DeletionRequest | undefined>;
  };
  /** What the status page says; `code` and `date` are put in by the caller's texts. */
  describe(request: DeletionRequest): string;
  notFound: string;
  publicUrl: string | undefined;
  now(): Date;
  logger: Logger;
}

const deletionPath = '/webhooks/messenger/data-deletion';

/**
 * The data deletion callback and its status page. The platform names people by an id that it does not relate to their
 * conversation with the Page, so the status page tells how to erase from inside the chat.
 */
export function createMessengerRoutes(options: MessengerRoutesOptions): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '16kb' });
  router.post(deletionPath, form, async (request, response) => {
    const signed: unknown = (request.body as { signed_request?: unknown } | undefined)?.signed_request;
    const read = typeof signed === 'string' ? options.channel.readSignedRequest(signed) : undefined;
    if (read === undefined) return void response.status(400).json({ error: 'signed_request' });
    const code = randomBytes(9).toString('hex').toUpperCase();
    await options.deletions.record({ code, receivedAt: options.now().toISOString() });
    options.logger.info({ code }, 'the platform passed on a request for deletion');
    const base = options.publicUrl ?? `${request.protocol}://${request.get('host') ?? ''}`;
    response.json({ url: `${base}${deletionPath}/${code}`, confirmation_code: code });
  });
  router.get(`${deletionPath}/:code`, async (request, response) => {
    const { code } = request.params;
    const found = /^[0-9A-F]{18}$/.test(code) ? await options.deletions.find(code) : undefined;
    response.type('text/plain');
    if (found === undefined) response.status(404).send(options.notFound);
    else response.send(options.describe(found));
  });
  return router;
}
