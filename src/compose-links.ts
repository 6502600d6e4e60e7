import type { Router } from 'express';
import { loadAllowedHosts } from './content/load-allowed-hosts.ts';
import { errorMessage } from './core/errors.ts';
import type { Clock, Logger, RateLimiter } from './core/ports.ts';
import { createLinkSigner } from './links/link-signer.ts';
import { OpenCounter } from './links/open-counter.ts';
import { createLinkRoutes } from './links/routes.ts';
import type { Database } from './storage/sql/database.ts';
import { createLinkOpenStore } from './storage/sql/link-open-store.ts';

export interface LinkTools {
  contentDir: string;
  publicUrl: string | undefined;
  key: Uint8Array;
  database: Database;
  clock: Clock;
  logger: Logger;
  rate: RateLimiter;
  goneText: string;
}

/** Links whose openings are counted. */
export interface CountedLinks {
  router: Router;
  /** The address to put into a reply instead of `url`; `url` itself where nothing can be counted. */
  wrap: (unitId: string, url: string) => string;
  /** Begins to store what was counted; the returned function ends it and stores the rest. */
  start(): () => Promise<void>;
}

const flushEveryMs = 10_000;

export async function composeLinks(tools: LinkTools): Promise<CountedLinks> {
  const { publicUrl, clock, logger } = tools;
  const signer = createLinkSigner(tools.key, await loadAllowedHosts(tools.contentDir));
  const store = createLinkOpenStore(tools.database);
  const counter = new OpenCounter((opens) => store.append(opens));
  const flush = () =>
    counter.flush().catch((error: unknown) => {
      logger.warn(
        { reason: errorMessage(error) },
        'opened links could not be stored; they wait for the next try',
      );
    });
  return {
    router: createLinkRoutes({
      signer,
      count: (target) => counter.count(target, clock.now()),
      allow: async (address) => (await tools.rate.take(address)).allowed,
      goneText: tools.goneText,
    }),
    wrap(unitId, url) {
      if (publicUrl === undefined) return url;
      const path = signer.sign({ unitId, url });
      return path === undefined ? url : `${publicUrl}${path}`;
    },
    start() {
      const timer = setInterval(() => void flush(), flushEveryMs);
      timer.unref();
      return async () => {
        clearInterval(timer);
        await flush();
      };
    },
  };
}
