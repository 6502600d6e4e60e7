import { gunzipSync, gzipSync } from 'node:zlib';
import type { Database } from './database.ts';
import { toStorable } from './storable.ts';

/** A record as it is stored: what was read out of it, the record itself, and hashes to see what a later dump changed. */
export interface StoredRecord {
  code: string;
  name: string;
  commune: boolean;
  recordHash: string;
  fieldHashes: Record<string, string>;
  parserVersion: number;
  procedure: unknown;
  /** Short answers made of the procedure; what is read at each start. */
  brief: unknown;
  warnings: unknown;
  original: unknown;
}

export interface RecordFingerprint {
  name: string;
  recordHash: string;
  fieldHashes: Record<string, string>;
  parserVersion: number;
  removed: boolean;
}

/** The last import. `dateGiven` is false when nobody said the dump's day. */
export interface CatalogueState {
  dumpDate: string;
  dateGiven: boolean;
  importedAt: Date;
  procedures: number;
}

export interface CatalogueStore {
  /** Hashes of all records ever imported, by code. */
  fingerprints(): Promise<Map<string, RecordFingerprint>>;
  state(): Promise<CatalogueState | undefined>;
  /** Forgets what an import that broke off had staged. */
  clearStaged(): Promise<void>;
  stage(records: readonly StoredRecord[]): Promise<void>;
  /** Stages records that are stored in just this form already. */
  stageUnchanged(records: readonly { code: string; recordHash: string }[]): Promise<void>;
  /** Makes the staged records the catalogue, all at once, and tells the listeners. */
  commit(imported: { dumpDate: string; dateGiven: boolean; report: unknown }): Promise<void>;
  /**
   * What the newest dump holds, by code, in pages: short answers made by this version of the parser, or the crawled
   * record where another version made them.
   */
  readAll(parserVersion: number): AsyncGenerator<{ code: string; brief: unknown; original: string | null }>;
  /** One record with everything that is known of it, also when it was removed. */
  read(code: string): Promise<CatalogueRecord | undefined>;
  /** Calls `onChange` after each commit, also one of another process; resolves to the function that ends it. */
  watch(onChange: () => void): Promise<() => Promise<void>>;
}

export interface CatalogueRecord {
  code: string;
  name: string;
  dumpDate: string;
  removedOn: string | null;
  procedure: unknown;
  warnings: unknown;
  /** The crawled record, as JSON. */
  original: string;
}

const channel = 'catalogue_changed';
const pageRows = 200;

/** The catalogue on SQL, the same on the embedded database and on a server. */
export function createCatalogueStore(database: Database): CatalogueStore {
  return {
    async fingerprints() {
      const { rows } = await database.query<RecordFingerprint & { code: string }>(
        `select code, name, record_hash as "recordHash", field_hashes as "fieldHashes",
           parser_version as "parserVersion", removed_on is not null as removed from catalogue_procedure`,
      );
      return new Map(rows.map(({ code, ...fingerprint }) => [code, fingerprint]));
    },
    async state() {
      const { rows } = await database.query<CatalogueState>(
        `select dump_date as "dumpDate", date_given as "dateGiven", at as "importedAt", procedures
         from catalogue_import order by seq desc limit 1`,
      );
      return rows[0];
    },
    async clearStaged() {
      await database.query('delete from catalogue_staged');
    },
    async stage(records) {
      if (records.length === 0) return;
      const rows = records.map(({ original, procedure, brief, ...read }) => ({
        ...toStorable({ ...read, procedure: { procedure, brief } }),
        original: pack(original),
      }));
      await database.query(
        `insert into catalogue_staged (code, name, commune, record_hash, field_hashes, parser_version, procedure, warnings, original)
         select code, name, commune, "recordHash", "fieldHashes", "parserVersion", procedure, warnings, original
         from jsonb_to_recordset($1::jsonb) as r(code text, name text, commune boolean, "recordHash" text,
           "fieldHashes" jsonb, "parserVersion" integer, procedure jsonb, warnings jsonb, original text)`,
        [JSON.stringify(rows)],
      );
    },
    async stageUnchanged(records) {
      if (records.length === 0) return;
      await database.query(
        `insert into catalogue_staged (code, record_hash)
         select code, "recordHash" from jsonb_to_recordset($1::jsonb) as r(code text, "recordHash" text)`,
        [JSON.stringify(records)],
      );
    },
    async commit({ dumpDate, dateGiven, report }) {
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into catalogue_procedure
             (code, name, commune, dump_date, record_hash, field_hashes, parser_version, procedure, warnings, original)
           select code, name, commune, $1, record_hash, field_hashes, parser_version, procedure, warnings, original
           from catalogue_staged where procedure is not null
           on conflict (code) do update set name = excluded.name, commune = excluded.commune,
             dump_date = excluded.dump_date, removed_on = null, record_hash = excluded.record_hash,
             field_hashes = excluded.field_hashes, parser_version = excluded.parser_version,
             procedure = excluded.procedure, warnings = excluded.warnings, original = excluded.original,
             changed_at = case when catalogue_procedure.record_hash = excluded.record_hash
               then catalogue_procedure.changed_at else clock_timestamp() end`,
          [dumpDate],
        );
        await tx.query(
          `update catalogue_procedure set dump_date = $1, removed_on = null
           from catalogue_staged where catalogue_staged.code = catalogue_procedure.code and catalogue_staged.procedure is null`,
          [dumpDate],
        );
        await tx.query(
          `update catalogue_procedure set removed_on = $1
           where removed_on is null and not exists (select 1 from catalogue_staged where catalogue_staged.code = catalogue_procedure.code)`,
          [dumpDate],
        );
        await tx.query(
          `insert into catalogue_import (dump_date, date_given, procedures, report)
           select $1, $2, count(*)::integer, $3::jsonb from catalogue_staged`,
          [dumpDate, dateGiven, JSON.stringify(toStorable(report))],
        );
        await tx.query('delete from catalogue_staged');
        await tx.query('select pg_notify($1, $2)', [channel, dumpDate]);
      });
    },
    async *readAll(parserVersion) {
      for (let after = ''; ;) {
        const { rows } = await database.query<{ code: string; brief: unknown; packed: string | null }>(
          `select code, case when parser_version = $2 then procedure->'brief' end as brief,
             case when parser_version = $2 then null else original end as packed
           from catalogue_procedure where code > $1 and removed_on is null order by code limit ${pageRows}`,
          [after, parserVersion],
        );
        for (const { code, brief, packed } of rows) {
          yield { code, brief, original: packed === null ? null : unpack(packed) };
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageRows) return;
        after = last.code;
      }
    },
    async read(code) {
      const { rows } = await database.query<CatalogueRecord>(
        `select code, name, dump_date as "dumpDate", removed_on as "removedOn",
           procedure->'procedure' as procedure, warnings, original
         from catalogue_procedure where code = $1`,
        [code],
      );
      const [row] = rows;
      return row === undefined ? undefined : { ...row, original: unpack(row.original) };
    },
    watch: (onChange) => database.listen(channel, onChange),
  };
}

/** Whole pages take a sixth of their room packed, and the embedded database a third of the time to take them in. */
function pack(original: unknown): string {
  return gzipSync(JSON.stringify(original), { level: 3 }).toString('base64');
}

function unpack(packed: string): string {
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}
