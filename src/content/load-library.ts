import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { createVersionCache, hashCode } from '../cache/version-cache.ts';
import { AppError } from '../core/errors.ts';
import { contactsSchema } from './contacts-schema.ts';
import type { Finding } from './finding.ts';
import { applyOverlay, noOverlay, type Overlay } from './overlay/apply-overlay.ts';
import { findFlowFaults } from './flow-findings.ts';
import { flowSchema } from './flow-schema.ts';
import { holidaysSchema } from './holidays-schema.ts';
import { legalSchema } from './legal-schema.ts';
import type { Library, Topic, TopicKind } from './library.ts';
import { placesSchema } from './places-schema.ts';
import { provincesSchema } from './provinces-schema.ts';
import { parseYaml, type YamlFile } from './read-yaml.ts';
import { topicSchema } from './topic-schema.ts';
import { unitSchema } from './unit-schema.ts';

/** A parsed file with its name, for checks that need lines. */
export interface LoadedFile<T> extends YamlFile<T> {
  file: string;
  stem: string;
}

/** Everything that was read, sound or not; the linter looks further into it. */
export interface LoadedContent {
  library: Library;
  topics: (LoadedFile<z.output<typeof topicSchema>> & { kind: TopicKind })[];
  units: LoadedFile<z.output<typeof unitSchema>>[];
  legal: LoadedFile<z.output<typeof legalSchema>>;
  contacts: LoadedFile<z.output<typeof contactsSchema>>;
  holidays: LoadedFile<z.output<typeof holidaysSchema>>;
  places: LoadedFile<z.output<typeof placesSchema>>;
  flows: LoadedFile<z.output<typeof flowSchema>>[];
  findings: Finding[];
}

/**
 * Loads content that a server may answer from. With `cacheDir` the parsed content is kept there and restored while no
 * byte of any file has changed.
 * @throws AppError `content` that lists every error with file and line; nothing is served from broken content.
 */
export async function loadLibrary(
  contentDir: string,
  unitsDir: string,
  overlay: Overlay = noOverlay,
  cacheDir?: string,
): Promise<Library> {
  const sources = await readSources(contentDir, unitsDir, overlay);
  // The files alone are read at each start, the edited ones too where there are edits: each keeps its own.
  const cacheName = overlay.length === 0 ? 'library' : 'edited-library';
  const cache = cacheDir === undefined ? undefined : createVersionCache<Library>(cacheDir, cacheName);
  const cacheVersion = `${hashSources(sources)}-${hashCode(codeFolders)}`;
  const cached = cache?.read(cacheVersion);
  if (cached !== undefined) return cached;
  const library = refuseErrors(parseContent(sources), (file) => placeOf(file, contentDir, unitsDir));
  cache?.write(cacheVersion, library);
  return library;
}

function refuseErrors({ library, findings }: LoadedContent, place: (file: string) => string): Library {
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map((error) => `- ${place(error.file)}:${error.line} ${error.message}`);
    throw new AppError('content', `Nội dung có lỗi, hãy sửa rồi chạy lại (tthc content check):\n${lines.join('\n')}`);
  }
  return library;
}

/** Where a file lies: those of units may be elsewhere than their name in the content says. */
function placeOf(file: string, contentDir: string, unitsDir: string): string {
  const isMoved = file.startsWith(`${shownUnits}/`) && join(contentDir, 'units') !== unitsDir;
  return isMoved ? join(unitsDir, basename(file)) : file;
}

/** The programs by whose schemas content is parsed. */
const codeFolders = [import.meta.dirname, join(import.meta.dirname, '../core')];

const noHolidays: z.output<typeof holidaysSchema> = {
  time_zone: 'Asia/Ho_Chi_Minh',
  weekly_rest: ['sat', 'sun'],
  holidays: [],
  sources: [],
};
const noPlaces: z.output<typeof placesSchema> = { sources: [], current: [], former: [] };

/** One file as it was read. */
interface SourceText {
  shown: string;
  text: string;
}

/** Under this name files of units are told and edited, wherever they lie. */
const shownUnits = 'content/units';
const sourceFiles = ['legal', 'contacts', 'provinces', 'holidays', 'places'] as const;

/** The files that content consists of, in the order in which their hash is taken. */
interface ContentSources {
  procedures: SourceText[];
  guides: SourceText[];
  units: SourceText[];
  files: Record<(typeof sourceFiles)[number], SourceText>;
  flows: SourceText[];
}

async function readSources(contentDir: string, unitsDir: string, overlay: Overlay): Promise<ContentSources> {
  const read = async (path: string, shown: string): Promise<SourceText> => ({
    shown,
    text: applyOverlay(shown, await readFile(path, 'utf8'), overlay),
  });
  const readFolder = async (folder: string, shown: string) =>
    Promise.all((await yamlFiles(folder)).map((name) => read(join(folder, name), `${shown}/${name}`)));
  // A file that is gone is told as one without its lists, not as a failure of the machine.
  const readRoot = async (stem: string): Promise<SourceText> => {
    const path = join(contentDir, `${stem}.yaml`);
    const shown = `content/${stem}.yaml`;
    return existsSync(path) ? read(path, shown) : { shown, text: '' };
  };
  const [procedures, guides, units, flows, legal, contacts, provinces, holidays, places] = await Promise.all([
    readFolder(join(contentDir, 'procedures'), 'content/procedures'),
    readFolder(join(contentDir, 'guides'), 'content/guides'),
    readFolder(unitsDir, shownUnits),
    readFolder(join(contentDir, 'flows'), 'content/flows'),
    readRoot('legal'),
    readRoot('contacts'),
    readRoot('provinces'),
    readRoot('holidays'),
    readRoot('places'),
  ]);
  return { procedures, guides, units, files: { legal, contacts, provinces, holidays, places }, flows };
}

/** The version of content: of every byte of its files. */
function hashSources({ procedures, guides, units, files, flows }: ContentSources): string {
  const hash = createHash('sha256');
  const single = sourceFiles.map((stem) => files[stem]);
  for (const { shown, text } of [procedures, guides, units, single, flows].flat()) {
    hash.update(shown).update('\0').update(text).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Reads all of content/ and the units with the published changes; never throws for what an editor wrote. */
export async function readContent(
  contentDir: string,
  unitsDir: string,
  overlay: Overlay = noOverlay,
): Promise<LoadedContent> {
  return parseContent(await readSources(contentDir, unitsDir, overlay));
}

function parseContent(sources: ContentSources): LoadedContent {
  const parse = <S extends z.ZodType>(source: SourceText, schema: S): LoadedFile<z.output<S>> => ({
    ...parseYaml(source.text, source.shown, schema),
    file: source.shown,
    stem: basename(source.shown, '.yaml'),
  });
  const procedures = sources.procedures.map((source) => parse(source, topicSchema));
  const guides = sources.guides.map((source) => parse(source, topicSchema));
  const units = sources.units.map((source) => parse(source, unitSchema));
  const legal = parse(sources.files.legal, legalSchema);
  const contacts = parse(sources.files.contacts, contactsSchema);
  const provinces = parse(sources.files.provinces, provincesSchema);
  const holidays = parse(sources.files.holidays, holidaysSchema);
  const places = parse(sources.files.places, placesSchema);
  const flows = sources.flows.map((source) => parse(source, flowSchema));

  const topics = [
    ...procedures.map((file) => ({ ...file, kind: 'procedure' as const })),
    ...guides.map((file) => ({ ...file, kind: 'guide' as const })),
  ];
  const shapes = [...topics, ...units, ...flows, legal, contacts, provinces, holidays, places].flatMap(
    (file) => file.findings,
  );
  const stems = [...topics, ...units, ...flows].flatMap((file) => checkStem(file));
  const topicsById = new Map(
    topics.flatMap(({ value, kind }) => (value ? [[value.id, { ...value, kind } satisfies Topic]] : [])),
  );
  const provinceIds = new Set(provinces.value?.provinces.map((province) => province.id));
  return {
    library: {
      version: hashSources(sources),
      topics: topicsById,
      legal: new Map(legal.value?.documents.map((document) => [document.id, document])),
      contacts: contacts.value?.contacts ?? [],
      provinces: new Map(provinces.value?.provinces.map((province) => [province.id, province])),
      units: new Map(units.flatMap(({ value }) => (value ? [[value.id, value]] : []))),
      // Shapes of broken files never reach a citizen: loadLibrary refuses content with errors.
      holidays: holidays.value ?? noHolidays,
      places: places.value ?? noPlaces,
      flows: new Map(flows.flatMap(({ value }) => (value ? [[value.id, value]] : []))),
    },
    topics,
    units,
    legal,
    contacts,
    holidays,
    places,
    flows,
    findings: [...shapes, ...stems, ...checkUnits(units, provinceIds), ...findFlowFaults(flows, topicsById)],
  };
}

async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  // A leading underscore marks examples and presets, which are read by people only.
  return names.filter((name) => name.endsWith('.yaml') && !name.startsWith('_')).sort();
}

function checkStem(file: LoadedFile<{ id: string }>): Finding[] {
  if (file.value === undefined || file.value.id === file.stem) return [];
  return [
    {
      code: 'stem',
      severity: 'error',
      file: file.file,
      line: file.lineOf(['id']),
      message: `id "${file.value.id}" khác tên tệp "${file.stem}"`,
      fix: 'Đặt id giống tên tệp',
    },
  ];
}

/** Two units must not share an OA or a Page, and each needs a province that is described. */
function checkUnits(units: LoadedContent['units'], provinceIds: ReadonlySet<string>): Finding[] {
  const seen = new Map<string, string>();
  return units.flatMap((unit) => {
    if (unit.value === undefined) return [];
    const findings: Finding[] = [];
    if (!provinceIds.has(unit.value.province)) {
      findings.push({
        code: 'province-unknown',
        severity: 'error',
        file: unit.file,
        line: unit.lineOf(['province']),
        message: `Tỉnh "${unit.value.province}" không có trong content/provinces.yaml`,
        fix: 'Thêm tỉnh vào content/provinces.yaml hoặc sửa mã tỉnh',
      });
    }
    const ids = [
      ['zalo', 'oa_id', unit.value.channels?.zalo?.oa_id],
      ['messenger', 'page_id', unit.value.channels?.messenger?.page_id],
    ] as const;
    for (const [channel, key, id] of ids) {
      if (id === undefined) continue;
      const other = seen.get(`${key}:${id}`);
      if (other !== undefined) {
        findings.push({
          code: 'channel-shared',
          severity: 'error',
          file: unit.file,
          line: unit.lineOf(['channels', channel, key]),
          message: `${key} ${id} đã thuộc đơn vị ${other}`,
          fix: 'Mỗi OA, mỗi Trang chỉ thuộc một đơn vị',
        });
      }
      seen.set(`${key}:${id}`, unit.value.id);
    }
    return findings;
  });
}
