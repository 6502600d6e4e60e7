import { benchCatalogue } from './catalogue.ts';
import { benchEndToEnd, benchUnits } from './end-to-end.ts';
import { benchLibraries } from './libraries.ts';
import { benchMemory } from './memory.ts';
import { benchSealing } from './sealing.ts';
import { benchTopics } from './topics.ts';
import { benchWebhooks } from './webhooks.ts';
import { startPostgresServer } from '../services/postgres-server.ts';

const parts: Record<string, () => Promise<void>> = {
  webhooks: async () => {
    await benchWebhooks({}, 'embedded database');
    const postgres = await startPostgresServer({ durable: true });
    await benchWebhooks({ DATABASE_URL: postgres.url, SECRET_KEY: 'bench'.repeat(10) }, 'PostgreSQL');
    await postgres.stop();
  },
  'end-to-end': benchEndToEnd,
  units: benchUnits,
  libraries: benchLibraries,
  topics: benchTopics,
  catalogue: benchCatalogue,
  memory: benchMemory,
  sealing: benchSealing,
};

/** `npm run bench [-- part …]`: figures as Markdown on standard output, all parts when none is named. */
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
for (const name of wanted) await parts[name]?.();
process.exit(0);
