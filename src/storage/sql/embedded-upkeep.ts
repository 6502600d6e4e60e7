import type { Queryable } from './database.ts';

/** A server has processes of its own for all this; embedded, nobody else does it. */
const everyMs = 15_000;
/** Checkpoints keep the write-ahead log short, and with it the restart after a crash. */
const checkpointEveryMs = 120_000;
/** Dead rows of a table after which it is worth a vacuum: the queues make some per message. */
const deadRows = 2_000;
/** Changed rows after which the planner's figures are stale. */
const changedRows = 5_000;

/** Vacuums and analyses the tables that changed much; statement by statement, so that messages pass in between. */
export async function tidyEmbeddedTables(database: Queryable): Promise<string[]> {
  // The counts of the last second are not in the view yet otherwise.
  await database.query('select pg_stat_force_next_flush()');
  const { rows } = await database.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(relname) as name from pg_stat_user_tables
     where n_dead_tup > $1 + n_live_tup / 10 or n_mod_since_analyze > $2 + n_live_tup / 5`,
    [deadRows, changedRows],
  );
  for (const { name } of rows) await database.script(`vacuum (analyze) ${name}`);
  return rows.map(({ name }) => name);
}

/** Starts the upkeep of an embedded database; resolves to the function that ends it and waits for what runs. */
export function startEmbeddedUpkeep(database: Queryable): () => Promise<void> {
  let lastCheckpointMs = performance.now();
  let running: Promise<void> | undefined;

  async function runOnce(): Promise<void> {
    await tidyEmbeddedTables(database);
    if (performance.now() - lastCheckpointMs < checkpointEveryMs) return;
    await database.script('checkpoint');
    lastCheckpointMs = performance.now();
  }

  const timer = setInterval(() => {
    // A failure here (a full disk) shows in every other statement too, and the next turn tries again.
    running ??= runOnce()
      .catch(() => undefined)
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
