import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import helmet from 'helmet';
import type { Logger } from './core/ports.ts';
import { giveRequestId } from './ops/request-id.ts';

export interface AppOptions {
  tracing: RequestHandler;
  webhooks: Router;
  health: Router;
  web: Router;
  /** Further rooms of the house, in order. */
  rooms: readonly Router[];
  /** So many of the addresses at the end of X-Forwarded-For are believed, as those of proxies of ours. */
  trustedProxies: number;
  logger: Logger;
}

/** All HTTP in running order. Webhooks come first: they read raw bytes and need none of what follows. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', options.trustedProxies);
  app.use(giveRequestId);
  app.use(options.tracing);
  app.use(options.webhooks);
  app.use(options.health);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'self'"],
        },
      },
      strictTransportSecurity: { maxAge: 31_536_000 },
      referrerPolicy: { policy: 'no-referrer' },
    }),
  );
  app.use(options.web);
  for (const room of options.rooms) app.use(room);
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text/plain').send('Không có trang này. Not found.');
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      response.status(status).type('text/plain').send('Yêu cầu không đúng. Bad request.');
      return;
    }
    options.logger.error({ error }, 'a request failed');
    response.status(500).type('text/plain').send('Có lỗi, xin thử lại sau. Something went wrong.');
  });
  return app;
}
