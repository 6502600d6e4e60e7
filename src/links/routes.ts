import { Router } from 'express';
import type { LinkSigner, LinkTarget } from './link-signer.ts';

export interface LinkRoutesOptions {
  signer: LinkSigner;
  /** Counts an opening; called for people only. */
  count: (target: LinkTarget) => void;
  /** Whether one more opening from this address counts: a page that is reloaded all day is not a crowd. */
  allow: (address: string) => Promise<boolean>;
  /** What is said when a link leads nowhere. */
  goneText: string;
}

/** Programs that open links to show a preview or to index. They are led on, but not counted. */
const machine = /bot|crawl|spider|slurp|preview|externalhit|scrape|curl|wget|python|headless/i;

/**
 * `GET /l/<unit>/<token>` leads to an official page and counts. Nothing of the visitor is kept: the address serves the
 * limit for a minute and is forgotten.
 */
export function createLinkRoutes({ signer, count, allow, goneText }: LinkRoutesOptions): Router {
  const router = Router();
  router.get('/l/:unit/:token', async (request, response) => {
    response.set('cache-control', 'no-store');
    const target = signer.read(request.params.unit, request.params.token);
    if (target === undefined) {
      response.status(404).type('text/plain').send(goneText);
      return;
    }
    const agent = request.get('user-agent') ?? '';
    const isPrefetch = /prefetch/i.test(`${request.get('purpose') ?? ''}${request.get('sec-purpose') ?? ''}`);
    const isPerson = request.method === 'GET' && agent !== '' && !machine.test(agent) && !isPrefetch;
    if (isPerson && (await allow(request.ip ?? ''))) count(target);
    response.redirect(302, target.url);
  });
  return router;
}
