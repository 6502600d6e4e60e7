import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';
import { buildConsentUrl, createCodeVerifier } from './consent.ts';
import type { ZaloChannel } from './zalo-channel.ts';

/** A consent that was asked for and has not come back yet. */
export interface PendingConsent {
  unitId: string;
  codeVerifier: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** Keeps pending consents for all processes; `take` gives one back once. */
export interface ConsentRequests {
  keep(state: string, pending: PendingConsent): Promise<void>;
  take(state: string): Promise<PendingConsent | undefined>;
}

export interface ZaloRoutesOptions {
  channel: Pick<ZaloChannel, 'redeemCode'>;
  requests: ConsentRequests;
  /** Names of the verifier files that unit files give; each is served at the site's root. */
  verifierFiles(): readonly string[];
  texts: { granted: string; failed: string };
  now(): Date;
  logger: Logger;
}

export const consentPath = '/webhooks/zalo/consent';
/** Zalo's codes live for ten minutes; the admin also has to find the page. */
const consentLifeMs = 30 * 60_000;

/** Asks for consent: what the operator opens in a browser, signed in as the OA's admin. */
export async function requestConsent(
  requests: ConsentRequests,
  account: { unitId: string; appId: string; oauthUrl: string; publicUrl: string },
  now: Date,
): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const codeVerifier = createCodeVerifier();
  const expiresAt = new Date(now.getTime() + consentLifeMs).toISOString();
  await requests.keep(state, { unitId: account.unitId, codeVerifier, expiresAt });
  const redirectUri = `${account.publicUrl}${consentPath}`;
  return buildConsentUrl({
    oauthUrl: account.oauthUrl,
    appId: account.appId,
    redirectUri,
    state,
    codeVerifier,
  });
}

/** The page that proves the domain is ours, and the callback to which an OA's admin is sent after consenting. */
export function createZaloRoutes(options: ZaloRoutesOptions): Router {
  const router = Router();
  router.get(/^\/zalo_verifier[A-Za-z0-9_-]+\.html$/, (request, response, next) => {
    const name = request.path.slice(1);
    if (!options.verifierFiles().includes(name)) return next();
    const code = name.replace(/^zalo_verifier/, '').replace(/\.html$/, '');
    response
      .type('html')
      .send(
        `<!doctype html><meta name="zalo-platform-site-verification" content="${code}"><title>${code}</title>`,
      );
  });
  router.get(consentPath, async (request, response) => {
    const { code, oa_id: oaId, state } = request.query;
    const pending = typeof state === 'string' ? await options.requests.take(state.slice(0, 100)) : undefined;
    const isOpen = pending !== undefined && options.now().getTime() < Date.parse(pending.expiresAt);
    if (!isOpen || typeof code !== 'string' || typeof oaId !== 'string') {
      response.status(400).type('text/plain').send(options.texts.failed);
      return;
    }
    try {
      await options.channel.redeemCode(oaId, code, pending.codeVerifier);
      response.type('text/plain').send(options.texts.granted);
    } catch (error) {
      options.logger.error({ error, unit: pending.unitId }, 'a consent could not be redeemed');
      const status = error instanceof AppError && error.retryable ? 503 : 400;
      response.status(status).type('text/plain').send(options.texts.failed);
    }
  });
  return router;
}
