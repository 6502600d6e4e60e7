import { aspects, type Aspect } from '../../core/aspect.ts';
import { addDays } from '../../core/clock.ts';
import { buttonTitleLimit, type Button } from '../../core/reply.ts';
import type { LegalDocument } from '../legal-schema.ts';
import type { Library, Topic } from '../library.ts';
import { isConfirmed } from '../local-fact.ts';
import { inLanguage, type RenderContext } from '../render-block.ts';
import { formatDay } from '../render-topic.ts';
import { holdsOn } from '../validity.ts';
import { dropLooseHeadings, type BriefLegal, type BriefSection, type CatalogueBrief } from './brief.ts';
import { catalogueTopic, type CatalogueLibrary } from './catalogue-library.ts';
import { sayPhrase, type Phrase } from './phrase.ts';

/** What an answer from the catalogue depends on beside the procedure. */
export interface CatalogueContext extends RenderContext {
  catalogue: CatalogueLibrary;
}

/** One aspect as a citizen reads it. `text` and `sourceLine` with a heading stay within one bubble. */
export interface RenderedCatalogueSection {
  aspect: Aspect;
  text: string;
  sourceLine: string;
  /** False when the text only tells why nothing is said and where to look. */
  informs: boolean;
}

/** One bubble, in characters: heading, text and source line together. */
const bubbleLimit = 900;
/** Longest name in a heading or a sentence. */
export const headingLimit = 100;
/** A copy that is older is not read out any more. */
const shelfDays = 365;
export const portalAddress = 'https://dichvucong.gov.vn';

/** The curated topic that stands for a code, also one that may not be said today: the catalogue does not go round it. */
export function findCurated(library: Library, code: string): Topic | undefined {
  return [...library.topics.values()].find((topic) => topic.code === code && topic.status === 'published');
}

/** One aspect of a procedure. Always a text: where nothing may be said, the one that says so and names the portal. */
export function renderCatalogueSection(
  brief: CatalogueBrief,
  aspect: Aspect,
  context: CatalogueContext,
): RenderedCatalogueSection {
  const sourceLine = renderSource(context);
  const limit = bubbleLimit - headingLimit - sourceLine.length - 4;
  const standing = judgeStanding(brief, aspect, context);
  if (standing.kind === 'withheld') {
    return {
      aspect,
      text: sayPhrase(standing.reason, context.language, context.t),
      sourceLine,
      informs: false,
    };
  }
  const section = aspect === 'legal' ? briefLegalSection(brief, context) : brief.sections[aspect];
  if (section === undefined) {
    const part: Phrase = { key: `part.${aspect}` };
    const reason: Phrase = { key: 'withheld.unreadable', values: { part } };
    return { aspect, text: sayPhrase(reason, context.language, context.t), sourceLine, informs: false };
  }
  const local = aspect === 'fee' ? renderLocalFee(brief, context) : undefined;
  const notes = [...(section.notes ?? []), ...standing.cautions];
  return {
    aspect,
    text: composeText({ ...section, notes }, local, limit, context),
    sourceLine,
    informs: section.withheld === undefined || local !== undefined,
  };
}

/** The aspects of which the catalogue has something to say on that day, in answering order. */
export function availableCatalogueAspects(brief: CatalogueBrief, context: CatalogueContext): Aspect[] {
  return aspects.filter((aspect) => renderCatalogueSection(brief, aspect, context).informs);
}

/** The portal's page of the procedure, or its front page. */
export function catalogueButtons(brief: CatalogueBrief, { language, t }: RenderContext): Button[] {
  return [{ kind: 'link', title: t(language, 'catalogue:button.portal'), url: brief.link ?? portalAddress }];
}

/** The name within a limit, cut between words. */
export function shortenName(name: string, limit: number = headingLimit): string {
  const bare = name.replace(/^thủ tục:?\s+/iu, '').replace(/[.\s]+$/u, '');
  const capital = bare.charAt(0).toLocaleUpperCase('vi') + bare.slice(1);
  if (capital.length <= limit) return capital;
  const cut = capital.slice(0, limit);
  const space = cut.lastIndexOf(' ');
  return `${(space > limit / 2 ? cut.slice(0, space) : cut.slice(0, limit - 1)).replace(/[\s,;(-]+$/u, '')}…`;
}

/** A title for a button. Names share long beginnings, so a list of titles should also show the names in its text. */
export function catalogueTitle(brief: CatalogueBrief): string {
  return shortenName(brief.name, buttonTitleLimit);
}

/** The line that the answer rests on: which copy of the national database it was read from. */
function renderSource({ catalogue, language, t }: CatalogueContext): string {
  const date = formatDay(catalogue.dumpDate);
  return t(language, catalogue.dateGiven ? 'bot:source.catalogue' : 'catalogue:source.file_date', { date });
}

type Standing = { kind: 'said'; cautions: Phrase[] } | { kind: 'withheld'; reason: Phrase };

/**
 * Whether a copy may be read out on a day: not before it was made, not when it is old, and not when a document that it
 * rests on has ended since. A document that had ended before the copy was made, which the database still names, is
 * mentioned as a caution.
 */
function judgeStanding(
  brief: CatalogueBrief,
  aspect: Aspect,
  { catalogue, library, day }: CatalogueContext,
): Standing {
  if (day < catalogue.dumpDate) return { kind: 'withheld', reason: { key: 'standing.not_yet' } };
  if (day > addDays(catalogue.dumpDate, shelfDays)) {
    return {
      kind: 'withheld',
      reason: { key: 'standing.old', values: { date: formatDay(catalogue.dumpDate) } },
    };
  }
  const ended = endedDocuments(brief, library, day).filter(
    (document) => aspect === 'fee' || !isFeeRule(document),
  );
  const since = ended.find(({ effective_to: until }) => until !== null && until >= catalogue.dumpDate);
  const values = (document: LegalDocument) => ({
    document: `${document.kind} ${document.number}`,
    date: formatDay(document.effective_to ?? ''),
  });
  if (since !== undefined)
    return { kind: 'withheld', reason: { key: 'standing.law_ended', values: values(since) } };
  const [before] = ended;
  const spoken = aspect !== 'legal' && aspect !== 'place' && aspect !== 'result';
  return {
    kind: 'said',
    cautions:
      before === undefined || !spoken ? [] : [{ key: 'standing.cites_ended', values: values(before) }],
  };
}

const registers = new WeakMap<ReadonlyMap<string, LegalDocument>, Map<string, LegalDocument>>();

/** The register by number; numbers that two kinds share are left out. */
function byNumber(legal: ReadonlyMap<string, LegalDocument>): Map<string, LegalDocument> {
  const known = registers.get(legal);
  if (known !== undefined) return known;
  const made = new Map<string, LegalDocument>();
  const shared = new Set<string>();
  for (const document of legal.values()) {
    if (made.has(document.number)) shared.add(document.number);
    made.set(document.number, document);
  }
  for (const number of shared) made.delete(number);
  registers.set(legal, made);
  return made;
}

function endedDocuments(brief: CatalogueBrief, library: Library, day: string): LegalDocument[] {
  const register = byNumber(library.legal);
  return brief.legal.flatMap(({ number }) => {
    const document = register.get(number);
    return document?.effective_to !== null && document !== undefined && document.effective_to < day
      ? [document]
      : [];
  });
}

/** A rule on fees ends without ending the procedure. */
function isFeeRule({ title }: LegalDocument): boolean {
  return /(?<!\p{L})(?:lệ )?phí(?!\p{L})/iu.test(title);
}

/** The legal basis: documents that the register does not know to have ended. */
function briefLegalSection(brief: CatalogueBrief, { library, day }: CatalogueContext): BriefSection {
  const ended = new Set(endedDocuments(brief, library, day).map(({ number }) => number));
  const standing = brief.legal.filter(({ number }) => !ended.has(number));
  if (standing.length === 0) return { lead: { key: 'legal.unstated' } };
  return {
    lead: { key: 'legal.lead' },
    items: standing.map((document) => ({ text: legalPhrase(document) })),
    notes: ended.size === 0 ? [] : [{ key: 'legal.ended', values: { documents: [...ended].slice(0, 3) } }],
  };
}

function legalPhrase({ number, kind, abstract }: BriefLegal): Phrase | string {
  const named = abstract.includes(number);
  if (named) return abstract;
  const document: Phrase | string = kind === null ? number : { key: `kind.${kind}`, values: { number } };
  return { key: abstract === '' ? 'legal.item' : 'legal.item_about', values: { document, abstract } };
}

/** The fee that the unit's own province set, once an officer confirmed it. */
function renderLocalFee({ code }: CatalogueBrief, context: CatalogueContext): string | undefined {
  const fee = context.unit.local_fees?.[catalogueTopic(code)];
  if (fee === undefined || !isConfirmed(fee) || !holdsOn(fee.valid, context.day)) return undefined;
  const text = inLanguage(fee.text, context.language);
  return context.t(context.language, 'bot:answer.local_fee', { text, resolution: fee.resolution });
}

/** Lines with a number of their own need no dash. */
const numbered = /^(?:Bước \d|\(?(?:[a-zđ]|\d{1,2}|[ivx]{1,4})[.)])/u;

/** Lead, items as far as they fit, notes, and how much is left on the portal. */
function composeText(
  section: BriefSection,
  local: string | undefined,
  limit: number,
  context: CatalogueContext,
): string {
  const { language, t } = context;
  const say = (phrase: Phrase) => sayPhrase(phrase, language, t);
  const lead =
    language === 'en' && section.items !== undefined
      ? `${say(section.lead)} ${t('en', 'bot:answer.only_vietnamese')}`
      : say(section.lead);
  const tail = [...(local === undefined ? [] : [local]), ...(section.notes ?? []).map(say)];
  const more = (count: number) => say({ key: 'more', values: { count } });
  const items = (section.items ?? []).map(({ text, heading }) => {
    const words = typeof text === 'string' ? text : say(text);
    return {
      line: heading === true || numbered.test(words) ? words : `- ${words}`,
      ...(heading === true ? { heading } : {}),
    };
  });
  let room = limit - [lead, ...tail, more(99)].join('\n').length;
  const shown: typeof items = [];
  for (const item of items) {
    const needed = item.line.length + 1;
    if (needed > room && section.ordered === true) break;
    if (needed > room) continue;
    room -= needed;
    shown.push(item);
  }
  const said = dropLooseHeadings(shown);
  const count = (list: readonly { heading?: true }[]) =>
    list.filter(({ heading }) => heading !== true).length;
  const left = (section.more ?? 0) + count(items) - count(said);
  return [lead, ...said.map(({ line }) => line), ...(left > 0 ? [more(left)] : []), ...tail].join('\n');
}
