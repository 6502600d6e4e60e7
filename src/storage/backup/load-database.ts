import { AppError } from '../../core/errors.ts';
import type { StoredPayloadKey } from '../../core/ports.ts';
import type { Database, Queryable } from '../sql/database.ts';
import { loadMigrations, migrate } from '../sql/migrate.ts';
import type { BackupHeader, BackupPart } from './backup-file.ts';
import { parsePayloadKey } from './payload-key-row.ts';

/** Rows and bytes that go to the database in one statement. */
const batchRows = 500;
const batchChars = 4_000_000;

/**
 * Fills an empty database: first the schema of the backup's time, then its rows, then the migrations made since. Payload
 * keys go to `keepKey` where they are kept as files.
 * @throws AppError `conflict` when the database holds tables already, `configuration` when the backup is newer than this version.
 */
export async function loadDatabase(
  database: Database,
  header: BackupHeader,
  parts: AsyncIterable<BackupPart>,
  keepKey?: (key: StoredPayloadKey) => Promise<void>,
): Promise<Record<string, number>> {
  if (await hasTables(database)) {
    throw new AppError(
      'conflict',
      'Cơ sở dữ liệu đích đã có dữ liệu; chọn cơ sở trống, hoặc thêm --force để xóa hết rồi phục hồi.',
    );
  }
  const migrations = await loadMigrations();
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = header.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new AppError(
      'configuration',
      `Bản sao lưu do phiên bản mới hơn tạo ra (${unknown.join(', ')}); hãy cài phiên bản đó rồi phục hồi.`,
    );
  }
  const ofBackup = migrations.filter(({ name }) => header.migrations.includes(name));
  await migrate(database, ofBackup);
  const counts = await database.transaction((tx) => insertAll(tx, parts, keepKey));
  await migrate(database, migrations);
  return counts;
}

/** Takes every table and function of the schema away. */
export async function emptyDatabase(database: Database): Promise<void> {
  const { rows } = await database.query<{ drop: string }>(
    `select format('drop table %s cascade', relation.oid::regclass) as drop from pg_class relation
     where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r'
     union all
     select format('drop function %s cascade', proc.oid::regprocedure) from pg_proc proc
     where proc.pronamespace = current_schema()::regnamespace
       and not exists (select from pg_depend where objid = proc.oid and deptype = 'e')`,
  );
  if (rows.length === 0) return;
  await database.transaction((tx) => tx.script(rows.map(({ drop }) => drop).join(';\n')));
}

async function hasTables(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ any: boolean }>(
    `select exists (select from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r') as any`,
  );
  return rows[0]?.any === true;
}

async function insertAll(
  tx: Queryable,
  parts: AsyncIterable<BackupPart>,
  keepKey: ((key: StoredPayloadKey) => Promise<void>) | undefined,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let table: Target | undefined;
  let batch: string[] = [];
  let chars = 0;
  const flush = async () => {
    if (table !== undefined && batch.length > 0) await insertRows(tx, table, batch);
    batch = [];
    chars = 0;
  };
  for await (const part of parts) {
    if (part.kind === 'table') {
      await flush();
      table = await knownTable(tx, part.table);
      counts[table.name] ??= 0;
    } else if (part.kind === 'row') {
      const name = table?.name ?? '';
      counts[name] = (counts[name] ?? 0) + 1;
      if (name === 'payload_key' && keepKey !== undefined) {
        await keepKey(parsePayloadKey(part.json));
        continue;
      }
      batch.push(part.json);
      chars += part.json.length;
      if (batch.length >= batchRows || chars >= batchChars) await flush();
    } else {
      await flush();
      checkCounts(part.rows, counts);
    }
  }
  await advanceIdentities(tx);
  return counts;
}

function checkCounts(expected: Record<string, number>, counts: Record<string, number>): void {
  const wrong = Object.keys(expected).filter((table) => expected[table] !== counts[table]);
  if (wrong.length === 0) return;
  throw new AppError(
    'invalid-input',
    `Bản sao lưu thiếu dòng của bảng ${wrong.join(', ')}; hãy dùng bản khác.`,
  );
}

/** A table that takes rows, with the columns that do; what the database works out from them it works out anew. */
interface Target {
  name: string;
  columns: readonly string[];
}

/** A name from a file never becomes SQL unless a table has it. */
async function knownTable(tx: Queryable, name: string): Promise<Target> {
  const { rows } = await tx.query<{ name: string; columns: string[] }>(
    `select relation.relname as name, array_agg(attribute.attname::text order by attribute.attnum) as columns
     from pg_class relation join pg_attribute attribute on attribute.attrelid = relation.oid
     where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r' and relation.relname = $1
       and attribute.attnum > 0 and not attribute.attisdropped and attribute.attgenerated = ''
     group by relation.relname`,
    [name],
  );
  const [found] = rows;
  if (found === undefined || !/^[a-z_]+$/.test(found.name)) {
    throw new AppError('invalid-input', `Bản sao lưu có bảng lạ "${name.slice(0, 60)}".`);
  }
  return found;
}

async function insertRows(
  tx: Queryable,
  { name: table, columns }: Target,
  rows: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')}) overriding system value
     select ${columns.map((column) => `filled."${column}"`).join(', ')} from jsonb_array_elements($1::jsonb) with ordinality as row(value, place)
     cross join lateral jsonb_populate_record(null::${table}, row.value) as filled order by row.place`,
    [`[${rows.join(',')}]`],
  );
}

/** Numbers that the database gives go on after the highest one that came back. */
async function advanceIdentities(tx: Queryable): Promise<void> {
  const { rows } = await tx.query<{ table: string; column: string }>(
    `select relation.relname as table, attribute.attname as column
     from pg_class relation join pg_attribute attribute on attribute.attrelid = relation.oid
     where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r' and attribute.attidentity <> ''`,
  );
  for (const { table, column } of rows) {
    await tx.query(
      `select setval(pg_get_serial_sequence($1, $2), greatest(1, (select coalesce(max(${column}), 0) from ${table})),
         exists (select from ${table}))`,
      [table, column],
    );
  }
}
