import { benchWebhooks } from './webhooks.ts';

/** `npm run bench`: figures as Markdown on standard output. A PostgreSQL server is measured too when BENCH_DATABASE_URL names one. */
await benchWebhooks({}, 'embedded database');
const databaseUrl = process.env.BENCH_DATABASE_URL;
if (databaseUrl !== undefined) {
  await benchWebhooks({ DATABASE_URL: databaseUrl, SECRET_KEY: 'bench'.repeat(10) }, 'PostgreSQL');
}
