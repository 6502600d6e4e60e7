import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInstance } from 'i18next';
import { parse } from 'yaml';
import { AppError } from '../core/errors.ts';

/** Looks up a text by language, e.g. `t('vi', 'bot:fallback.first')`. Adding a language is adding a folder of locales. */
export interface Translator {
  (language: string, key: string, values?: Readonly<Record<string, string | number>>): string;
  /** A list of strings. */
  list(language: string, key: string): string[];
  /** A structure of texts, e.g. a menu; checked by whoever reads it. */
  object(language: string, key: string): unknown;
  has(language: string, key: string): boolean;
  readonly languages: readonly string[];
}

/** Loads every locale folder; each YAML file is a namespace. A missing English text falls back to Vietnamese. */
export async function loadTranslator(localesDir: string): Promise<Translator> {
  const languages = (await readdir(localesDir)).sort();
  const resources: Record<string, Record<string, object>> = {};
  for (const language of languages) {
    resources[language] = await readNamespaces(join(localesDir, language));
  }
  const i18n = createInstance();
  await i18n.init({
    resources,
    fallbackLng: 'vi',
    ns: [...new Set(Object.values(resources).flatMap((namespaces) => Object.keys(namespaces)))],
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const translate = (language: string, key: string, values: Readonly<Record<string, string | number>> = {}): string => {
    if (!i18n.exists(key, { lng: language })) {
      throw new AppError('content', `Thiếu câu "${key}" trong content/locales; hãy thêm vào tệp vi trước`);
    }
    return i18n.t(key, { lng: language, ...values });
  };
  return Object.assign(translate, {
    list: (language: string, key: string): string[] => {
      const value: unknown = i18n.t(key, { lng: language, returnObjects: true });
      return Array.isArray(value) ? value.map(String) : [];
    },
    object: (language: string, key: string): unknown => i18n.t(key, { lng: language, returnObjects: true }),
    has: (language: string, key: string) => i18n.exists(key, { lng: language }),
    languages,
  });
}

async function readNamespaces(folder: string): Promise<Record<string, object>> {
  const namespaces: Record<string, object> = {};
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml'))) {
    namespaces[file.replace(/\.yaml$/, '')] = parse(await readFile(join(folder, file), 'utf8')) as object;
  }
  return namespaces;
}
