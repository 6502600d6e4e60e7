import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { provideChromium } from './services/chromium.ts';
import { runCommand, say } from './services/commands.ts';
import { startPostgresServer } from './services/postgres-server.ts';
import { startRedisServer } from './services/redis-server.ts';
import { provideEmbeddedTemplate } from './services/test-databases.ts';

/**
 * `npm test`: provides what the tests need (each service can also be given by its variable), runs jest with the
 * arguments given here, stops what was started and passes jest's exit code on.
 */

const projectDir = join(import.meta.dirname, '..');
const stops: (() => Promise<void>)[] = [];

async function provide(
  variable: 'TEST_REDIS_URL' | 'TEST_DATABASE_URL',
  start: () => Promise<{ url: string; stop(): Promise<void> }>,
): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  const service = await start();
  stops.push(() => service.stop());
  return service.url;
}

/** apt-get runs once at a time, so what is missing is provided one after the other; what is there takes no time. */
async function provideServices(): Promise<Record<string, string>> {
  const startedAt = performance.now();
  say('providing redis-server, PostgreSQL, a browser and the embedded database');
  const TEST_REDIS_URL = await provide('TEST_REDIS_URL', startRedisServer);
  const TEST_DATABASE_URL = await provide('TEST_DATABASE_URL', startPostgresServer);
  const TEST_CHROMIUM = process.env.TEST_CHROMIUM ?? (await provideChromium());
  await provideEmbeddedTemplate();
  say('training the model, unless it is there from an earlier run');
  await runCommand(process.execPath, [join(projectDir, 'test/services/train-model.ts')]);
  say(`ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return { TEST_REDIS_URL, TEST_DATABASE_URL, TEST_CHROMIUM };
}

async function runJest(services: Record<string, string>): Promise<number> {
  const jest = join(projectDir, 'node_modules/jest/bin/jest.js');
  const summary = join(projectDir, 'test/services/plain-summary.js');
  const child = spawn(
    process.execPath,
    [
      ...[
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        jest,
        ...process.argv.slice(2),
      ],
      // Last, since jest takes every word after this option for a reporter.
      ...['--reporters=default', `--reporters=${summary}`],
    ],
    { cwd: projectDir, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test', ...services } },
  );
  // Ctrl-C reaches jest by itself; we stay to stop the services.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function stopServices(): Promise<void> {
  await Promise.all(stops.map((stop) => stop()));
}

try {
  process.exitCode = await runJest(await provideServices());
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await stopServices();
}
