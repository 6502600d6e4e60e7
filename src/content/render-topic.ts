import { aspects as allAspects, type Aspect } from '../core/aspect.ts';
import { Remembered } from '../core/remembered.ts';
import type { Button } from '../core/reply.ts';
import { effectOf, isInEffect, withSuccessors } from './legal-effect.ts';
import type { LegalDocument } from './legal-schema.ts';
import type { Library, Topic } from './library.ts';
import { isConfirmed } from './local-fact.ts';
import { inLanguage, renderBlock, type RenderContext } from './render-block.ts';
import type { SectionEntry } from './topic-schema.ts';
import { holdsOn } from './validity.ts';

/** A rendered aspect: what may be said on that day, and the line that says what it rests on. */
export interface RenderedSection {
  aspect: Aspect;
  text: string;
  sourceLine: string;
}

/** Whether anything of a topic may be said on a day. */
export function isInForce(topic: Topic, day: string): boolean {
  return topic.status === 'published' && holdsOn(topic.valid, day);
}

/** The aspects of which something may be said on that day, in answering order. */
export function availableAspects(topic: Topic, context: RenderContext): Aspect[] {
  if (!isInForce(topic, context.day)) return [];
  return allAspects.filter((aspect) => entriesOn(topic, aspect, context.day).length > 0);
}

/** Sections that were rendered lately: on any day many citizens of a unit ask for the same. */
const rememberedSections = 2_000;
const sectionsOf = new WeakMap<Library, Remembered<Rendering>>();

/** What was rendered, and from what: the library does not change, but a caller may come with a unit of its own. */
interface Rendering extends Pick<RenderContext, 'unit' | 't'> {
  topic: Topic;
  section: RenderedSection | undefined;
}

/** One aspect of a topic as a citizen reads it; undefined when nothing of it may be said on that day. */
export function renderSection(topic: Topic, aspect: Aspect, context: RenderContext): RenderedSection | undefined {
  const { library, unit, day, language, t } = context;
  let sections = sectionsOf.get(library);
  if (sections === undefined) sectionsOf.set(library, (sections = new Remembered(rememberedSections)));
  const known = sections.get([topic.id, aspect, unit.id, day, language].join(' '), () => ({
    ...{ topic, unit, t },
    section: writeSection(topic, aspect, context),
  }));
  const isSame = known.topic === topic && known.unit === unit && known.t === t;
  return isSame ? known.section : writeSection(topic, aspect, context);
}

function writeSection(topic: Topic, aspect: Aspect, context: RenderContext): RenderedSection | undefined {
  if (!isInForce(topic, context.day)) return undefined;
  const entries = entriesOn(topic, aspect, context.day);
  if (entries.length === 0) return undefined;
  // A labelled part stands apart from what comes before it.
  const parts = entries.map((entry, index) => {
    const apart = index > 0 && entry.variant !== undefined ? '\n' : '';
    return `${apart}${renderEntry(entry, context)}`;
  });
  const fee = aspect === 'fee' ? renderLocalFee(topic, context) : undefined;
  return {
    aspect,
    text: [...parts, ...(fee === undefined ? [] : [fee])].join('\n'),
    sourceLine: renderSourceLine(topic, entries, context),
  };
}

/** Links and numbers of a topic that hold on that day. */
export function contentButtons(topic: Topic, context: RenderContext): Button[] {
  if (!isInForce(topic, context.day)) return [];
  return (topic.buttons ?? [])
    .filter((button) => holdsOn(button.valid, context.day))
    .map((button): Button => {
      const title = inLanguage(button.title, context.language);
      return 'url' in button ? { kind: 'link', title, url: button.url } : { kind: 'phone', title, number: button.phone };
    });
}

function entriesOn(topic: Topic, aspect: Aspect, day: string): SectionEntry[] {
  return (topic.sections[aspect] ?? []).filter((entry) => holdsOn(entry.valid, day));
}

function renderEntry(entry: SectionEntry, context: RenderContext): string {
  if (entry.block !== undefined) return renderBlock(entry.block, context);
  const text = entry.text;
  if (text === undefined) return '';
  const missingEnglish = context.language === 'en' && text.en === undefined;
  const body = inLanguage(text, context.language).trim();
  const label = entry.variant === undefined ? [] : [`${inLanguage(entry.variant, context.language)}:`];
  const notice = missingEnglish ? [context.t('en', 'bot:answer.only_vietnamese')] : [];
  return [...notice, ...label, body].join('\n');
}

/** The fee that the province's People's Council set, when an officer of the unit confirmed it and it holds today. */
function renderLocalFee(topic: Topic, context: RenderContext): string | undefined {
  const fee = context.unit.local_fees?.[topic.id];
  if (fee === undefined || !isConfirmed(fee) || !holdsOn(fee.valid, context.day)) return undefined;
  return context.t(context.language, 'bot:answer.local_fee', {
    text: inLanguage(fee.text, context.language),
    resolution: fee.resolution,
  });
}

/** The most documents and sources that one line names; the `legal` aspect lists the rest. */
const namedAtMost = { documents: 2, sources: 1 } as const;

/** "Căn cứ: … Nguồn: … Rà soát ngày …": what lets an officer defend the answer. */
function renderSourceLine(topic: Topic, entries: readonly SectionEntry[], context: RenderContext): string {
  const { t, language } = context;
  const legalIds = new Set(entries.flatMap((entry) => entry.legal ?? topic.legal));
  const documents = [...legalIds].flatMap((id) => documentInForce(id, context)).slice(0, namedAtMost.documents);
  const sourceIds = new Set(entries.flatMap((entry) => entry.sources ?? []));
  const sources = topic.sources
    .filter((source) => sourceIds.size === 0 || sourceIds.has(source.id))
    .map((source) => source.where)
    .slice(0, namedAtMost.sources);
  return [
    ...(documents.length === 0 ? [] : [t(language, 'bot:source.legal', { documents: documents.join('; ') })]),
    ...(sources.length === 0 ? [] : [t(language, 'bot:source.where', { sources: sources.join('; ') })]),
    t(language, 'bot:source.reviewed', { date: formatDay(topic.reviewed) }),
  ].join(' ');
}

/** The name of a document if it is in force on the day, else of those that replaced it and are. */
function documentInForce(id: string, context: RenderContext): string[] {
  const { library, day } = context;
  const [document, ...successors] = withSuccessors(id, library.legal);
  if (document === undefined) return [];
  if (isInEffect(document, day)) return [nameDocument(document, context)];
  const effect = effectOf(document);
  // Before its first day a document has no successors either; one of unknown status is never named.
  if (document.status === 'unknown' || (effect !== undefined && day < effect.from)) return [];
  return successors.filter((successor) => isInEffect(successor, day)).map((successor) => nameDocument(successor, context));
}

/** "Nghị định 118/2025/NĐ-CP", "Decree 118/2025/NĐ-CP". */
function nameDocument(document: LegalDocument, { t, language }: RenderContext): string {
  return `${t(language, `legal:kind.${document.kind}`)} ${document.number}`;
}

/** `2026-11-22` → `22/11/2026`. */
export function formatDay(day: string): string {
  return day.split('-').reverse().join('/');
}

export function capitalise(text: string): string {
  return text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
}
