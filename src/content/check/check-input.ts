import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Aspect } from '../../core/aspect.ts';
import { readContent, type LoadedContent, type LoadedFile } from '../load-library.ts';
import { outdatedClaimsSchema, type OutdatedClaimsFile } from '../outdated-claims-schema.ts';
import { portalsSchema, type PortalsFile } from '../portals-schema.ts';
import { applyOverlay, noOverlay, type Overlay } from '../overlay/apply-overlay.ts';
import { parseYaml } from '../read-yaml.ts';
import { loadTranslator, type Translator } from '../translator.ts';
import { wordingSchema, type WordingFile } from '../wording-schema.ts';
import type { Finding } from '../finding.ts';
import type { TopicKind } from '../library.ts';

/** Where the files are. `goldenDir` holds the questions of the tests; without any file in it they are not asked for. */
export interface CheckPaths {
  contentDir: string;
  unitsDir: string;
  intentsDir: string;
  goldenDir: string | undefined;
  /** Changes that are checked as if they stood in the files. */
  overlay?: Overlay;
}

type ExampleShape = string | { text: string; aspect: Aspect | Aspect[] };

/** What people ask about one topic, as far as the linter looks at it. */
interface IntentShape {
  topic: string;
  aliases?: string[] | undefined;
  examples: { vi: ExampleShape[]; en?: ExampleShape[] | undefined };
  negatives?: { text: string; topic: string | null }[] | undefined;
}

interface SmalltalkShape {
  topics: { topic: string; examples: { vi: string[]; en: string[] } }[];
}

interface ConfusableShape {
  sets: { id: string; options: { topic: string }[] }[];
  apart?: { topics: string[]; because: string }[] | undefined;
}

/** What the linter needs of rooms that content may not import; the command line passes it in. */
export interface CheckTools {
  intentSchema: z.ZodType<IntentShape>;
  smalltalkSchema: z.ZodType<SmalltalkShape>;
  confusableSchema: z.ZodType<ConfusableShape>;
  /** Schemas of the other files directly in intents/, by stem: looked at for their form alone. */
  ruleSchemas: Readonly<Record<string, z.ZodType>>;
  /** The words of a text as understanding compares them: normalised, without diacritics. */
  wordsOf(text: string): string[];
  /** The longest text that every channel shows in one bubble, in characters. */
  bubbleLimitChars: number;
}

/** A locale file: one language, one namespace. */
export interface LocaleFile extends LoadedFile<Record<string, unknown>> {
  language: string;
}

/** The untouched text of one file. */
interface RawFile {
  file: string;
  text: string;
}

/** Everything that the rules look at, read once. */
export interface CheckInput {
  content: LoadedContent;
  portals: LoadedFile<PortalsFile>;
  claims: LoadedFile<OutdatedClaimsFile>;
  wording: LoadedFile<WordingFile>;
  locales: LocaleFile[];
  /** Undefined while a locale file cannot be read. */
  t: Translator | undefined;
  intents: (LoadedFile<IntentShape> & { kind: TopicKind })[];
  smalltalk: LoadedFile<SmalltalkShape>;
  confusable: LoadedFile<ConfusableShape>;
  /** `procedures/<id>` and `guides/<id>` of the golden files; undefined where there are none at all. */
  golden: ReadonlySet<string> | undefined;
  raw: RawFile[];
  /** Name in the national catalogue by procedure code, when a dump was given. */
  catalogue: ReadonlyMap<string, string> | undefined;
  tools: CheckTools;
  /** Today in Vietnam. */
  day: string;
  /** Faults of reading: syntax and shape. */
  findings: Finding[];
}

/** Reads all files; what an editor wrote wrongly becomes a finding, never an exception. */
export async function readCheckInput(
  paths: CheckPaths,
  tools: CheckTools,
  options: { day: string; catalogue?: ReadonlyMap<string, string> },
): Promise<CheckInput> {
  const findings: Finding[] = [];
  const read = async <S extends z.ZodType>(
    path: string,
    shown: string,
    schema: S,
  ): Promise<LoadedFile<z.output<S>>> => {
    const stem = basename(path, '.yaml');
    if (!existsSync(path)) {
      findings.push(missingFile(shown));
      return { value: undefined, findings: [], lineOf: () => 1, lineInText: () => 1, file: shown, stem };
    }
    const file = { ...parseYaml(await readFile(path, 'utf8'), shown, schema), file: shown, stem };
    findings.push(...file.findings);
    return file;
  };
  const content = await readContent(paths.contentDir, paths.unitsDir, paths.overlay);
  const intents = [];
  for (const [folder, kind] of folders) {
    for (const name of await listYaml(join(paths.intentsDir, folder))) {
      const path = join(paths.intentsDir, folder, name);
      intents.push({ ...(await read(path, `intents/${folder}/${name}`, tools.intentSchema)), kind });
    }
  }
  for (const [stem, schema] of Object.entries(tools.ruleSchemas)) {
    await read(join(paths.intentsDir, `${stem}.yaml`), `intents/${stem}.yaml`, schema);
  }
  const localesDir = join(paths.contentDir, 'locales');
  const locales = await readLocales(localesDir, read);
  const localesAreSound = locales.every(({ value }) => value !== undefined);
  return {
    content,
    portals: await read(join(paths.contentDir, 'portals.yaml'), 'content/portals.yaml', portalsSchema),
    claims: await read(
      join(paths.contentDir, 'outdated-claims.yaml'),
      'content/outdated-claims.yaml',
      outdatedClaimsSchema,
    ),
    wording: await read(join(paths.contentDir, 'wording.yaml'), 'content/wording.yaml', wordingSchema),
    locales,
    t: localesAreSound ? await loadTranslator(localesDir) : undefined,
    intents,
    smalltalk: await read(
      join(paths.intentsDir, 'smalltalk.yaml'),
      'intents/smalltalk.yaml',
      tools.smalltalkSchema,
    ),
    confusable: await read(
      join(paths.intentsDir, 'confusable.yaml'),
      'intents/confusable.yaml',
      tools.confusableSchema,
    ),
    golden: await listGolden(paths.goldenDir),
    raw: [...(await readRaw(paths.contentDir, 'content', paths.overlay)), ...(await readRaw(paths.intentsDir, 'intents'))],
    catalogue: options.catalogue,
    tools,
    day: options.day,
    findings: [...content.findings, ...findings],
  };
}

export const folders = [
  ['procedures', 'procedure'],
  ['guides', 'guide'],
] as const;

type Read = <S extends z.ZodType>(
  path: string,
  shown: string,
  schema: S,
) => Promise<LoadedFile<z.output<S>>>;

async function readLocales(localesDir: string, read: Read): Promise<LocaleFile[]> {
  const files: LocaleFile[] = [];
  for (const language of (await readdir(localesDir)).sort()) {
    for (const name of await listYaml(join(localesDir, language))) {
      const shown = `content/locales/${language}/${name}`;
      const file = await read(join(localesDir, language, name), shown, z.record(z.string(), z.unknown()));
      files.push({ ...file, language });
    }
  }
  return files;
}

async function listGolden(goldenDir: string | undefined): Promise<ReadonlySet<string> | undefined> {
  if (goldenDir === undefined) return undefined;
  const found = new Set<string>();
  for (const [folder] of folders) {
    for (const name of await listYaml(join(goldenDir, folder))) {
      found.add(`${folder}/${basename(name, '.yaml')}`);
    }
  }
  return found.size === 0 ? undefined : found;
}

async function readRaw(dir: string, shownDir: string, overlay: Overlay = noOverlay): Promise<RawFile[]> {
  const names = await readdir(dir, { recursive: true });
  const files: RawFile[] = [];
  for (const name of names.filter((path) => path.endsWith('.yaml')).sort()) {
    const shown = `${shownDir}/${name.replaceAll('\\', '/')}`;
    const text = applyOverlay(shown, await readFile(join(dir, name), 'utf8'), overlay);
    files.push({ file: shown, text });
  }
  return files;
}

async function listYaml(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => name.endsWith('.yaml') && !name.startsWith('_')).sort();
}

function missingFile(file: string): Finding {
  return {
    code: 'file-missing',
    severity: 'error',
    file,
    line: 1,
    message: 'Thiếu tệp này',
    fix: 'Khôi phục tệp từ kho mã, hoặc tạo theo docs/content.md',
  };
}
