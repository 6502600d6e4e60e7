import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInstance } from 'i18next';
import { parse } from 'yaml';
import { createVersionCache } from '../cache/version-cache.ts';
import { AppError } from '../core/errors.ts';
import { Remembered } from '../core/remembered.ts';

/** Looks up a text by language, e.g. `t('vi', 'bot:fallback.first')`. Adding a language is adding a folder of locales. */
export interface Translator {
  (language: string, key: string, values?: Readonly<Record<string, string | number>>): string;
  /** A list of strings. */
  list(language: string, key: string): readonly string[];
  /** A structure of texts, e.g. a menu; checked by whoever reads it. */
  object(language: string, key: string): unknown;
  has(language: string, key: string): boolean;
  readonly languages: readonly string[];
}

/** A reply is put together from a dozen texts, and most replies are said again: looking up costs more than all the rest. */
const rememberedTexts = 2_000;

/** Texts by language and namespace. */
type Resources = Record<string, Record<string, object>>;

/**
 * Loads every locale folder; each YAML file is a namespace. A missing English text falls back to Vietnamese. With
 * `cacheDir` what was parsed is kept there and restored while no file has changed.
 */
export async function loadTranslator(localesDir: string, cacheDir?: string): Promise<Translator> {
  const files = await readLocales(localesDir);
  const cache = cacheDir === undefined ? undefined : createVersionCache<Resources>(cacheDir, 'locales');
  const version = hashLocales(files);
  const cached = cache?.read(version);
  const resources = cached ?? parseLocales(files);
  if (cached === undefined) cache?.write(version, resources);
  const languages = Object.keys(resources);
  const i18n = createInstance();
  await i18n.init({
    resources,
    fallbackLng: 'vi',
    ns: [...new Set(Object.values(resources).flatMap((namespaces) => Object.keys(namespaces)))],
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const lookUp = (language: string, key: string, values: Readonly<Record<string, string | number>>): string => {
    if (!i18n.exists(key, { lng: language })) {
      throw new AppError('content', `Thiếu câu "${key}" trong content/locales; hãy thêm vào tệp vi trước`);
    }
    return i18n.t(key, { lng: language, ...values });
  };
  const texts = new Remembered<string>(rememberedTexts);
  const translate = (language: string, key: string, values?: Readonly<Record<string, string | number>>): string =>
    values === undefined
      ? texts.get(`${language} ${key}`, () => lookUp(language, key, {}))
      : texts.get(`${language} ${key} ${JSON.stringify(values)}`, () => lookUp(language, key, values));
  const lists = new Remembered<readonly string[]>(rememberedTexts);
  return Object.assign(translate, {
    list: (language: string, key: string): readonly string[] =>
      lists.get(`${language} ${key}`, () => {
        const value: unknown = i18n.t(key, { lng: language, returnObjects: true });
        return Array.isArray(value) ? value.map(String) : [];
      }),
    object: (language: string, key: string): unknown => i18n.t(key, { lng: language, returnObjects: true }),
    has: (language: string, key: string) => i18n.exists(key, { lng: language }),
    languages,
  });
}

interface LocaleFile {
  language: string;
  namespace: string;
  text: string;
}

async function readLocales(localesDir: string): Promise<LocaleFile[]> {
  const names = await readdir(localesDir, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    paths.map(async (path) => ({
      language: dirname(path),
      namespace: basename(path, '.yaml'),
      text: await readFile(join(localesDir, path), 'utf8'),
    })),
  );
}

function hashLocales(files: readonly LocaleFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(JSON.stringify(file));
  return hash.digest('hex').slice(0, 16);
}

function parseLocales(files: readonly LocaleFile[]): Resources {
  const resources: Resources = {};
  for (const { language, namespace, text } of files) {
    resources[language] = { ...resources[language], [namespace]: parse(text) as object };
  }
  return resources;
}
