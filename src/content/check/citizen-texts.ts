import type { LoadedFile } from '../load-library.ts';
import { intersect, toPeriod, type Period } from '../period.ts';
import type { Validity } from '../topic-schema.ts';
import type { CheckInput, LocaleFile } from './check-input.ts';

/** A text that a citizen may read, with where it stands and on which days it may be said. */
export interface CitizenText {
  file: string;
  language: 'vi' | 'en';
  /** What the text is in its file. `answer` is read at length; the others are labels. */
  role: 'answer' | 'label' | 'locale' | 'data';
  text: string;
  period: Period;
  /** Line of the character at `offset`. */
  lineAt(offset: number): number;
}

interface LocalizedText {
  vi: string;
  en?: string | undefined;
}

/** All texts of content/ that may reach a citizen. Notes for editors are not among them. */
export function listCitizenTexts(input: CheckInput): CitizenText[] {
  return [
    ...input.content.topics.flatMap(topicTexts),
    ...input.content.units.flatMap(unitTexts),
    ...contactTexts(input),
    ...input.content.flows.flatMap(flowTexts),
    ...input.locales.flatMap((file) => localeTexts(file, input)),
  ];
}

function topicTexts(file: CheckInput['content']['topics'][number]): CitizenText[] {
  const topic = file.value;
  if (topic === undefined || topic.status !== 'published') return [];
  const texts = [
    ...textsAt(file, ['title'], topic.title, 'label', topic.valid),
    ...textsAt(file, ['name', 'short'], topic.name.short, 'label', topic.valid),
    ...textsAt(file, ['name', 'full'], topic.name.full, 'label', topic.valid),
  ];
  for (const [aspect, entries] of Object.entries(topic.sections)) {
    for (const [index, entry] of entries.entries()) {
      const path = ['sections', aspect, index];
      if (entry.variant !== undefined) {
        texts.push(...textsAt(file, [...path, 'variant'], entry.variant, 'label', topic.valid, entry.valid));
      }
      if (entry.text !== undefined) {
        texts.push(...textsAt(file, [...path, 'text'], entry.text, 'answer', topic.valid, entry.valid));
      }
    }
  }
  for (const [index, button] of (topic.buttons ?? []).entries()) {
    const path = ['buttons', index, 'title'];
    texts.push(...textsAt(file, path, button.title, 'label', topic.valid, button.valid));
  }
  return texts;
}

function unitTexts(file: CheckInput['content']['units'][number]): CitizenText[] {
  const unit = file.value;
  if (unit === undefined) return [];
  const texts = textsAt(file, ['name'], unit.name, 'data');
  if (unit.address !== undefined) texts.push(...textsAt(file, ['address', 'text'], unit.address.text, 'data'));
  for (const [index, contact] of (unit.contacts ?? []).entries()) {
    texts.push(...textsAt(file, ['contacts', index, 'name'], contact.name, 'data'));
  }
  for (const [index, way] of (unit.tracking ?? []).entries()) {
    texts.push(...textsAt(file, ['tracking', index, 'text'], way.text, 'data'));
  }
  for (const [topic, fee] of Object.entries(unit.local_fees ?? {})) {
    texts.push(...textsAt(file, ['local_fees', topic, 'text'], fee.text, 'answer', fee.valid));
  }
  if (unit.notice !== undefined) texts.push(...textsAt(file, ['notice', 'text'], unit.notice.text, 'answer'));
  return texts;
}

function contactTexts({ content: { contacts } }: CheckInput): CitizenText[] {
  return (contacts.value?.contacts ?? []).flatMap((contact, index) =>
    contact.status === 'usable'
      ? [
          ...textsAt(contacts, ['contacts', index, 'name'], contact.name, 'data', contact.valid),
          ...textsAt(contacts, ['contacts', index, 'purpose'], contact.purpose, 'data', contact.valid),
        ]
      : [],
  );
}

/** One sentence for those who write in another language, in that language or in both of ours. */
const otherLanguages = /^language\./;

function localeTexts(file: LocaleFile, input: CheckInput): CitizenText[] {
  const { language } = file;
  if (language !== 'vi' && language !== 'en') return [];
  return listLeaves(file.value)
    .filter(({ path }) => {
      const key = path.join('.');
      return (
        !otherLanguages.test(key) &&
        !isUnder(file, path, input.wording.value?.recognised_words) &&
        !key.startsWith('menu.topics') &&
        !isStaffText(file, path, input)
      );
    })
    .map(({ path, text }) => ({
      file: file.file,
      language,
      role: 'locale' as const,
      text,
      period: toPeriod(undefined),
      lineAt: (offset: number) => file.lineInText(path, offset),
    }));
}

/** Whether only officers read a text of a locale file. */
export function isStaffText(
  file: Pick<LocaleFile, 'stem'>,
  path: readonly (string | number)[],
  { wording }: CheckInput,
): boolean {
  return isUnder(file, path, wording.value?.staff_texts);
}

/** Whether a key belongs to one of `prefixes`, which are written `namespace` or `namespace:key`. */
function isUnder(
  file: Pick<LocaleFile, 'stem'>,
  path: readonly (string | number)[],
  prefixes: readonly string[] = [],
): boolean {
  const key = `${file.stem}:${path.join('.')}`;
  return prefixes.some(
    (prefix) => key === prefix || key.startsWith(`${prefix}:`) || key.startsWith(`${prefix}.`),
  );
}

/** Flows are nested freely; every text stands under `vi` or `en`. */
function flowTexts(file: CheckInput['content']['flows'][number]): CitizenText[] {
  return listLeaves(file.value).flatMap(({ path, text }) => {
    const language = path.at(-1);
    if (language !== 'vi' && language !== 'en') return [];
    const lineAt = (offset: number) => file.lineInText(path, offset);
    return [{ file: file.file, language, role: 'data' as const, text, period: toPeriod(undefined), lineAt }];
  });
}

/** All strings of a nested value with their paths. */
export function listLeaves(value: unknown, path: (string | number)[] = []): { path: (string | number)[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((part, index) => listLeaves(part, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => listLeaves(part, [...path, key]));
}

function textsAt(
  file: Pick<LoadedFile<unknown>, 'file' | 'lineInText'>,
  path: readonly (string | number)[],
  localized: LocalizedText,
  role: CitizenText['role'],
  ...validities: (Validity | undefined)[]
): CitizenText[] {
  const period = validities.map(toPeriod).reduce<Period | undefined>(
    (common, next) => (common === undefined ? undefined : intersect(common, next)),
    toPeriod(undefined),
  );
  if (period === undefined) return [];
  return (['vi', 'en'] as const).flatMap((language) => {
    const text = localized[language];
    if (text === undefined) return [];
    const lineAt = (offset: number) => file.lineInText([...path, language], offset);
    return [{ file: file.file, language, role, text, period, lineAt }];
  });
}

/** A sentence or list line of a text, and where it begins in it. */
export interface Sentence {
  text: string;
  offset: number;
}

/** Sentences end at line ends and at . ? ! ; before a space; list marks and abbreviations do not end one. */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number): void => {
    const piece = text.slice(start, end);
    const trimmed = piece.trim();
    if (trimmed !== '') sentences.push({ text: trimmed, offset: start + piece.indexOf(trimmed) });
    start = end;
  };
  for (const match of text.matchAll(/\n|(\S*)[.?!;…]["”’)]*(?=\s)/gu)) {
    // "1." at the head of a line and "TP." are no sentences.
    if (match[0] !== '\n' && /^\(?(\d{1,2}|\p{Lu}\p{L}?)$/u.test(match[1] ?? '')) continue;
    push(match.index + match[0].length);
  }
  push(text.length);
  return sentences;
}
