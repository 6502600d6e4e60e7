import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { z } from 'zod';
import type { Aspect } from '../core/aspect.ts';
import { AppError, errorMessage } from '../core/errors.ts';
import { intentSchema } from './intent-schema.ts';
import {
  aspectsSchema,
  confusableSchema,
  lexiconSchema,
  outOfScopeSchema,
  sensitiveSchema,
  smalltalkSchema,
  type AspectRules,
  type ConfusableSet,
  type Lexicon,
  type SensitiveCategory,
} from './rule-schemas.ts';
import { sensitiveLabel } from './sensitive-label.ts';

/** One example question with what it is an example of. */
export interface Example {
  text: string;
  /** Topic id; null = out of scope. */
  topic: string | null;
  aspects: Aspect[];
  /** Whether nobody said which aspects it asks about: it teaches nothing of them. */
  isUntagged?: boolean;
  /** Whether it only teaches what is no delicate matter, and nothing of topics. */
  isAside?: boolean;
  language: 'vi' | 'en';
}

/** A topic that can be found: what people call it and, for a procedure, its code. */
export interface TopicEntry {
  id: string;
  kind: 'procedure' | 'guide' | 'general' | 'sensitive';
  code: string | null;
  names: string[];
}

/** Everything that understanding is made from, read and checked. */
export interface IntentData {
  topics: TopicEntry[];
  examples: Example[];
  lexicon: Lexicon;
  aspects: AspectRules;
  confusable: ConfusableSet[];
  sensitive: SensitiveCategory[];
  sensitiveIdeas: Record<string, string[]>;
}

/** The files that understanding is made from: path and text, in a fixed order. */
export interface SourceFile {
  path: string;
  kind: 'procedure' | 'guide' | 'content' | 'rules';
  text: string;
}

/** What is the same of every near miss. */
const untagged = { aspects: [], isUntagged: true, language: 'vi' } satisfies Partial<Example>;

const ruleFiles = ['_lexicon', 'aspects', 'smalltalk', 'confusable', 'sensitive', 'out-of-scope'];

/** Reads all source files; cheap, so that their hash can be compared with a cached model's. */
export function readSources(intentsDir: string, contentDir: string | undefined): SourceFile[] {
  const sources: SourceFile[] = [];
  for (const name of ruleFiles) sources.push(readSource(join(intentsDir, `${name}.yaml`), 'rules'));
  for (const [folder, kind] of [
    ['procedures', 'procedure'],
    ['guides', 'guide'],
  ] as const) {
    for (const path of listYaml(join(intentsDir, folder))) sources.push(readSource(path, kind));
    if (contentDir === undefined) continue;
    for (const path of listYaml(join(contentDir, folder))) {
      const source = readSource(path, 'content');
      sources.push({ ...source, text: headOf(source.text) });
    }
  }
  return sources;
}

/** SHA-256 over paths' stems and texts. */
export function hashSources(sources: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(`${source.kind}\0${stemOf(source.path)}\0${source.text}\0`);
  return hash.digest('hex');
}

/** Parses and checks the sources. Throws AppError `content` naming the file and what is wrong with it. */
export function parseSources(sources: readonly SourceFile[]): IntentData {
  const rules = new Map(
    sources.filter((source) => source.kind === 'rules').map((source) => [stemOf(source.path), source]),
  );
  const rule = <T>(stem: string, schema: z.ZodType<T>): T => {
    const source = rules.get(stem);
    if (source === undefined) throw new AppError('content', `intents/${stem}.yaml is missing`);
    return parseFile(source, schema);
  };
  const topics = new Map<string, TopicEntry>();
  const examples: Example[] = [];
  const content = readContentHeads(sources);
  for (const source of sources) {
    if (source.kind !== 'procedure' && source.kind !== 'guide') continue;
    const file = parseFile(source, intentSchema);
    const head = content.get(file.topic);
    const names = [...(file.aliases ?? []), ...(head?.names ?? [])];
    topics.set(file.topic, { id: file.topic, kind: source.kind, code: head?.code ?? null, names });
    for (const text of names) examples.push({ text, topic: file.topic, aspects: [], language: 'vi' });
    for (const language of ['vi', 'en'] as const) {
      for (const example of file.examples[language] ?? []) {
        const text = typeof example === 'string' ? example : example.text;
        const asked = typeof example === 'string' ? [] : [example.aspect].flat();
        examples.push({ text, topic: file.topic, aspects: asked, language });
      }
    }
    for (const negative of file.negatives ?? []) {
      examples.push({ ...untagged, text: negative.text, topic: negative.topic });
    }
  }
  for (const { topic, examples: texts } of rule('smalltalk', smalltalkSchema).topics) {
    topics.set(topic, { id: topic, kind: 'general', code: null, names: [] });
    for (const language of ['vi', 'en'] as const) {
      for (const text of texts[language]) examples.push({ text, topic, aspects: [], language });
    }
  }
  for (const text of rule('out-of-scope', outOfScopeSchema).texts) {
    examples.push({ text, topic: null, aspects: [], language: 'vi' });
  }
  const { categories: sensitive, ideas: sensitiveIdeas = {} } = rule('sensitive', sensitiveSchema);
  for (const category of sensitive) {
    const label = sensitiveLabel(category.id);
    topics.set(label, { id: label, kind: 'sensitive', code: null, names: [] });
    for (const text of category.examples) {
      examples.push({
        text,
        topic: label,
        aspects: [],
        language: /[^\u0000-\u007f]/.test(text) ? 'vi' : 'en',
      });
    }
    for (const { text, topic } of category.near_misses ?? []) {
      examples.push({ ...untagged, text, topic: topic ?? null, isAside: topic === undefined });
    }
  }
  return {
    topics: [...topics.values()],
    examples: examples.filter((example) => example.topic === null || topics.has(example.topic)),
    lexicon: rule('_lexicon', lexiconSchema),
    aspects: rule('aspects', aspectsSchema),
    confusable: rule('confusable', confusableSchema).sets,
    sensitive,
    sensitiveIdeas,
  };
}

/**
 * The same data with further examples. Where a file says something else of the same words, the further example counts:
 * two labels for one question would teach neither. Examples of topics that do not exist (any more) are left out.
 */
export function addExamples(data: IntentData, further: readonly Example[]): IntentData {
  const topics = new Set(data.topics.map((topic) => topic.id));
  const known = further.filter(({ topic }) => topic === null || topics.has(topic));
  const said = new Set(known.map(({ text }) => sameWords(text)));
  return { ...data, examples: [...data.examples.filter(({ text }) => !said.has(sameWords(text))), ...known] };
}

function sameWords(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The lexicon alone, for work that needs no topics. */
export function readLexicon(intentsDir: string): Lexicon {
  return parseFile(readSource(join(intentsDir, '_lexicon.yaml'), 'rules'), lexiconSchema);
}

interface ContentHead {
  code: string | null;
  names: string[];
}

/** Id, code and names of the content files; their texts are no concern of understanding. */
function readContentHeads(sources: readonly SourceFile[]): Map<string, ContentHead> {
  const heads = new Map<string, ContentHead>();
  for (const source of sources) {
    if (source.kind !== 'content') continue;
    const head = asRecord(parseYaml(source));
    const name = asRecord(head['name']);
    const names = [asRecord(name['short'])['vi'], asRecord(name['full'])['vi']].filter(
      (text) => typeof text === 'string',
    );
    const code = head['code'];
    heads.set(stemOf(source.path), { code: typeof code === 'string' ? code : null, names });
  }
  return heads;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The part of a content file before its texts: the keys that understanding reads stand first. */
function headOf(text: string): string {
  const end = text.search(/^(?:confidence|status|valid|reviewed|sources|sections):/m);
  return end < 0 ? text : text.slice(0, end);
}

function parseFile<T>(source: SourceFile, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseYaml(source));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
  throw new AppError('content', `${nameOf(source.path)} does not have the expected form${where}`);
}

function parseYaml(source: SourceFile): unknown {
  try {
    const documents = loadAll(source.text, { json: true });
    if (documents.length > 1) throw new Error('it holds more than one document');
    return documents[0] ?? null;
  } catch (error) {
    throw new AppError('content', `${nameOf(source.path)} is not valid YAML: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function readSource(path: string, kind: SourceFile['kind']): SourceFile {
  try {
    return { path, kind, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new AppError('content', `${nameOf(path)} cannot be read`, { cause: error });
  }
}

function listYaml(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => join(folder, name));
}

function stemOf(path: string): string {
  return nameOf(path)
    .replace(/^.*\//, '')
    .replace(/\.yaml$/, '');
}

function nameOf(path: string): string {
  return path.replaceAll('\\', '/').split('/').slice(-2).join('/');
}
