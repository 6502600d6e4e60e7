import { makeBrief, type CatalogueBrief } from './brief.ts';
import { toDumpRecord } from './dump-record.ts';
import { parserVersion } from './import-catalogue.ts';
import { parseProcedure } from './parse-procedure.ts';

/** What finding a procedure by its name needs; the matcher's own form. */
export interface CatalogueListing {
  code: string;
  name: string;
  commune: boolean;
}

/** The catalogue at one moment; replaced as a whole after an import. Kept in memory: short answers, no full texts. */
export interface CatalogueLibrary {
  /** Changes with every import; empty when nothing was imported yet. */
  readonly version: string;
  /** Day of the dump, `YYYY-MM-DD`. */
  readonly dumpDate: string;
  /** False when nobody said the dump's day: then it is the day of its file. */
  readonly dateGiven: boolean;
  readonly size: number;
  /** Codes and names, in the order of codes. */
  list(): CatalogueListing[];
  read(code: string): CatalogueBrief | undefined;
}

/** Where a library is loaded from; the SQL store is one. */
export interface CatalogueSource {
  state(): Promise<{ dumpDate: string; dateGiven: boolean; importedAt: Date } | undefined>;
  readAll(parserVersion: number): AsyncIterable<{ code: string; brief: unknown; original: string | null }>;
}

export const emptyCatalogue: CatalogueLibrary = {
  version: '',
  dumpDate: '',
  dateGiven: false,
  size: 0,
  list: () => [],
  read: () => undefined,
};

/**
 * Loads the short answers of all procedures; about a second and 25 MB for the national dump. What an older version of
 * this program imported is read anew from the crawled records, which takes some seconds, until the next import.
 */
export async function loadCatalogue(source: CatalogueSource): Promise<CatalogueLibrary> {
  const state = await source.state();
  if (state === undefined) return emptyCatalogue;
  const version = versionOf(state);
  const briefs = new Map<string, CatalogueBrief>();
  for await (const { code, brief, original } of source.readAll(parserVersion)) {
    const made = original === null ? (brief as CatalogueBrief) : readAnew(original);
    if (made !== undefined) briefs.set(code, made);
  }
  return {
    version,
    dumpDate: state.dumpDate,
    dateGiven: state.dateGiven,
    size: briefs.size,
    list: () => [...briefs.values()].map(({ code, name, commune }) => ({ code, name, commune })),
    read: (code) => briefs.get(code),
  };
}

function readAnew(original: string): CatalogueBrief | undefined {
  const record = toDumpRecord(JSON.parse(original));
  return record === undefined ? undefined : makeBrief(parseProcedure(record).procedure);
}

/** The version that `loadCatalogue` would give now, without reading the procedures. */
export async function readCatalogueVersion(source: Pick<CatalogueSource, 'state'>): Promise<string> {
  const state = await source.state();
  return state === undefined ? emptyCatalogue.version : versionOf(state);
}

function versionOf({ dumpDate, importedAt }: { dumpDate: string; importedAt: Date }): string {
  return `${dumpDate}.${importedAt.getTime()}.${parserVersion}`;
}

const prefix = 'catalogue:';

/** The topic id of a procedure that no curated topic stands for. */
export function catalogueTopic(code: string): string {
  return `${prefix}${code}`;
}

/** The code in a topic id, if it is one of the catalogue's. */
export function catalogueCode(topic: string): string | undefined {
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}
