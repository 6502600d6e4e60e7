import type { StoredPayloadKey } from '../../core/ports.ts';
import type { Database, Queryable } from '../sql/database.ts';
import type { BackupPart } from './backup-file.ts';
import { formatPayloadKey } from './payload-key-row.ts';

const pageRows = 500;
/** Rows of megabytes are read one at a time. */
const bigRows: readonly string[] = ['outreach_attachment'];
/** Held for seconds, half an import, or counted again when asked for. schema_migration travels in the header. */
const notKept = ['lease', 'catalogue_staged', 'schema_migration', 'settled_figures'];

interface Table {
  name: string;
  key: string[];
  appendOnly: boolean;
  /** Tables whose rows must be there first. */
  needs: string[];
}

/**
 * Every row of every table, page by page, as PostgreSQL writes it in JSON (instants and bytes come back exactly).
 * A server is read in one snapshot. The embedded database has one connection, which a long snapshot would take from the
 * citizens: there what changes is read in one short transaction, and then the append-only tables, which can only have
 * more rows than fit the first part, never fewer. `keys` are the payload keys that are files.
 */
export async function* dumpDatabase(
  database: Database,
  keys: readonly StoredPayloadKey[],
): AsyncGenerator<BackupPart> {
  const counts: Record<string, number> = {};
  const counted = async function* (rows: AsyncIterable<Dumped>): AsyncGenerator<BackupPart> {
    for await (const { table, json } of rows) {
      if (counts[table] === undefined) {
        counts[table] = 0;
        yield { kind: 'table', table };
      }
      counts[table] += 1;
      yield { kind: 'row', json };
    }
  };
  const tables = await listTables(database);
  if (database.kind === 'server') {
    yield* counted(readInSnapshot(database, tables));
  } else {
    const changing = tables.filter(({ name, appendOnly }) => !appendOnly || name === 'seal');
    yield* counted(toAsync(await readAtOnce(database, changing)));
    for (const table of tables.filter((one) => !changing.includes(one))) {
      yield* counted(readTable(database, table));
    }
    yield* counted(toAsync(keys.map((key) => ({ table: 'payload_key', json: formatPayloadKey(key) }))));
  }
  yield { kind: 'end', rows: counts };
}

interface Dumped {
  table: string;
  json: string;
}

async function* toAsync(rows: readonly Dumped[]): AsyncGenerator<Dumped> {
  yield* rows;
}

/** Tables of the schema with their primary keys; append-only ones are those whose rows refuse to change. */
async function listTables(database: Queryable): Promise<Table[]> {
  const { rows } = await database.query<Table>(
    `select relation.relname as name,
       (select array_agg(quote_ident(attribute.attname)::text order by place.ordinality)
        from pg_index index cross join lateral unnest(index.indkey) with ordinality as place(number, ordinality)
        join pg_attribute attribute on attribute.attrelid = relation.oid and attribute.attnum = place.number
        where index.indrelid = relation.oid and index.indisprimary) as key,
       exists (select from pg_trigger trigger join pg_proc proc on proc.oid = trigger.tgfoid
        where trigger.tgrelid = relation.oid and proc.proname = 'refuse_change') as "appendOnly",
       array(select distinct other.relname::text from pg_constraint link
        join pg_class other on other.oid = link.confrelid
        where link.conrelid = relation.oid and link.contype = 'f' and other.oid <> relation.oid) as needs
     from pg_class relation
     where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r'
       and not relation.relname = any($1)
     order by relation.relname`,
    [notKept],
  );
  return sortByNeed(rows);
}

/** What rows refer to comes before them. */
function sortByNeed(tables: readonly Table[]): Table[] {
  const sorted: Table[] = [];
  const add = (table: Table): void => {
    if (sorted.includes(table)) return;
    for (const name of table.needs) {
      const needed = tables.find((one) => one.name === name);
      if (needed !== undefined) add(needed);
    }
    sorted.push(table);
  };
  for (const table of tables) add(table);
  return sorted;
}

async function* readTable(database: Queryable, { name, key }: Table): AsyncGenerator<Dumped> {
  const columns = key.join(', ');
  const page = bigRows.includes(name) ? 1 : pageRows;
  let last: string | undefined;
  for (;;) {
    // The key of the last row comes back as JSON and is read into a row of the table again, whatever its types.
    const after =
      last === undefined
        ? ''
        : `where (${columns}) > (select ${columns} from jsonb_populate_record(null::${name}, $2::jsonb))`;
    const { rows } = await database.query<{ json: string; key: string }>(
      `select to_jsonb(page)::text as json, jsonb_build_object(${key.map((column) => `'${column}', page.${column}`).join(', ')})::text as key
       from (select * from ${name} ${after} order by ${columns} limit $1) as page`,
      last === undefined ? [page] : [page, last],
    );
    for (const { json } of rows) yield { table: name, json };
    last = rows.at(-1)?.key;
    if (rows.length < page) return;
  }
}

/** All rows of small tables, in one transaction. */
async function readAtOnce(database: Database, tables: readonly Table[]): Promise<Dumped[]> {
  return database.transaction(async (tx) => {
    const all: Dumped[] = [];
    for (const table of tables) for await (const row of readTable(tx, table)) all.push(row);
    return all;
  });
}

/** Rows of one snapshot as they come: the transaction stays open while the reader reads. */
async function* readInSnapshot(database: Database, tables: readonly Table[]): AsyncGenerator<Dumped> {
  const waiting: Dumped[] = [];
  let wakeReader: () => void = () => undefined;
  let wakeWriter: () => void = () => undefined;
  let over = false;
  let stopped = false;
  const pause = (keep: (wake: () => void) => void) => new Promise<void>(keep);
  const reading = database
    .transaction(async (tx) => {
      await tx.script('set transaction isolation level repeatable read, read only');
      for (const table of tables) {
        for await (const row of readTable(tx, table)) {
          waiting.push(row);
          if (waiting.length < 2 * pageRows) continue;
          wakeReader();
          await pause((wake) => (wakeWriter = wake));
          if (stopped) return;
        }
      }
    })
    .finally(() => {
      over = true;
      wakeReader();
    });
  // What goes wrong is thrown below, to whoever reads.
  reading.catch(() => undefined);
  try {
    while (!over || waiting.length > 0) {
      if (waiting.length === 0) await pause((wake) => (wakeReader = wake));
      yield* waiting.splice(0);
      wakeWriter();
    }
    await reading;
  } finally {
    stopped = true;
    wakeWriter();
  }
}
