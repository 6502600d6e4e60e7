import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { cacheDirOf, readConfig } from './config.ts';
import { createLogger } from './ops/logger.ts';
import { openDatabase } from './storage/sql/open-database.ts';

/** How long a stop waits for running work, with reserve before a container's usual 30 seconds are over. */
const graceMs = 25_000;

/**
 * How long a request may take to arrive. Node looks after late ones every 30 seconds unless told otherwise, so that one
 * sent byte by byte would hold its connection for a minute.
 */
const requestLimits = { requestTimeout: 30_000, headersTimeout: 20_000, connectionsCheckingInterval: 5_000 };

/** Starts the server: configuration, stores, workers, HTTP; says where it listens; drains on SIGTERM and SIGINT. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  // Opened by its own thread while this one loads the rest; what goes wrong is told by who waits for it.
  const database = openDatabase({ ...config, logger });
  database.catch(() => undefined);
  const [{ compose }, { operations }, { controlSocketPath }, { serveOperations }] = await Promise.all([
    import('./compose.ts'),
    import('./cli/operations.ts'),
    import('./control/control-socket.ts'),
    import('./control/serve-operations.ts'),
  ]);
  // Ten seconds without a word look like a server that hangs.
  if (!existsSync(cacheDirOf(config))) {
    console.log('Lần đầu chạy, chờ khoảng mười giây … / first start, about ten seconds …');
  }
  const services = await compose(config, logger, { withChannels: true, database });
  await services.startWorkers();
  const closeControl =
    services.database.kind === 'embedded'
      ? await serveOperations(controlSocketPath(config.dataDir), operations, services, logger)
      : async () => undefined;
  const invitation = await services.staff.provideFirstAdmin();
  const server = createServer(requestLimits, services.createHttp([]));
  // Proxies keep connections for a minute; ours must outlive theirs, or a request meets a closing socket.
  server.keepAliveTimeout = 75_000;
  server.listen(config.port, config.host);
  await once(server, 'listening');
  announce((server.address() as AddressInfo).port, config.publicUrl, invitation);

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping: no new requests, running work is finished');
    // Whatever hangs, the process ends; what was not finished is in the queue.
    setTimeout(() => process.exit(0), graceMs).unref();
    server.close();
    server.closeIdleConnections();
    closeControl()
      .then(() => services.stop(graceMs - 3_000))
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ error }, 'the stop was not clean; unfinished work is in the queue');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

function announce(port: number, publicUrl: string | undefined, invitation: string | undefined): void {
  const base = publicUrl ?? `http://localhost:${port}`;
  console.log(`Trang chat / web chat:        ${base}/`);
  console.log(`Trang cán bộ / staff console: ${base}/staff`);
  if (invitation !== undefined) {
    console.log(
      `Đặt mật khẩu quản trị, liên kết dùng một lần / one-time link for the first admin:\n  ${base}${invitation}`,
    );
  }
}
