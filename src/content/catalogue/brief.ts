import type { Aspect } from '../../core/aspect.ts';
import { trustedFrom } from './lint-record.ts';
import type { Phrase } from './phrase.ts';
import type { CatalogueProcedure, DocumentItem, LegalKind, WayName } from './procedure.ts';
import { readFees, readTimes, type Fees, type StatedFee, type StatedTime, type Times } from './read-terms.ts';
import { isSafe, isStale, tidyItem } from './safe-text.ts';
import { namesOldPaper } from './stale-terms.ts';

/** One line under an answer's first; a heading names the case that the lines after it are for. */
export interface BriefItem {
  text: string | Phrase;
  heading?: true;
}

/**
 * One aspect, ready to be said in any language: the first line answers, the items follow in order. `more` counts what
 * the page has beyond the items; `withheld` tells why the page's text is not said.
 */
export interface BriefSection {
  lead: Phrase;
  items?: BriefItem[];
  more?: number;
  /** Items tell a sequence: the first that does not fit ends it. Otherwise it is passed over. */
  ordered?: true;
  notes?: Phrase[];
  withheld?: 'stale' | 'unreadable' | 'too-long' | 'local-fee' | 'unclear' | 'dated';
}

export interface BriefLegal {
  number: string;
  kind: LegalKind | null;
  abstract: string;
}

/** What is kept in memory of one procedure: enough to answer, nothing of its full texts. */
export interface CatalogueBrief {
  code: string;
  name: string;
  field: string;
  commune: boolean;
  link: string | null;
  sections: Partial<Record<Aspect, BriefSection>>;
  legal: BriefLegal[];
}

/** Items kept per section, in characters; more never fits into one answer. */
const keptCharacters = 820;
const nameAtMost = 140;
/** Longest remark that an amount in the overview carries. */
const plainNote = 50;

/** Makes the short answers of a procedure. Pure; what is doubtful becomes a line that says so and names the portal. */
export function makeBrief(procedure: CatalogueProcedure): CatalogueBrief {
  const times = readTimes(procedure);
  const fees = readFees(procedure);
  return {
    code: procedure.code,
    name: procedure.name,
    field: procedure.field,
    commune: procedure.commune,
    link: procedure.link,
    sections: {
      overview: briefOverview(procedure, times, fees),
      documents: briefDocuments(procedure),
      steps: briefText(procedure.steps, 'steps'),
      fee: briefFee(fees),
      time: briefTime(times),
      place: briefPlace(procedure),
      online: briefOnline(procedure),
      form: briefForms(procedure),
      conditions: briefText(procedure.conditions, 'conditions'),
      result: briefResults(procedure),
    },
    legal: procedure.legal.confidence < trustedFrom ? [] : briefLegal(procedure),
  };
}

function briefOverview(procedure: CatalogueProcedure, times: Times, fees: Fees): BriefSection {
  const agencies = safeAgencies(procedure);
  const items: BriefItem[] = [];
  const audience = procedure.audience.slice(0, 4);
  if (audience.length > 0) items.push({ text: { key: 'overview.audience', values: { audience } } });
  items.push({ text: { key: 'overview.time', values: { time: sayTimes(times) } } });
  items.push({ text: { key: 'overview.fee', values: { fee: sayFees(fees) } } });
  const ways = wayPhrases(procedure.ways.value.map(({ way }) => way));
  if (procedure.ways.confidence >= trustedFrom && ways.length > 0)
    items.push({ text: { key: 'overview.ways', values: { ways } } });
  const result = refusalsLast(procedure.results).find((name) => name.length <= 120 && isSafe(name));
  if (result !== undefined && !isStale(procedure.results))
    items.push({ text: { key: 'overview.result', values: { result } } });
  return {
    lead:
      agencies.length > 0
        ? { key: 'overview.lead', values: { agencies } }
        : { key: 'overview.lead_level', values: { levels: procedure.levels.map(lowerFirst) } },
    items,
  };
}

function sayTimes(times: Times): Phrase {
  if (times.kind !== 'known') return { key: `overview.time_${times.kind}` };
  const values = [
    ...new Map(times.limits.map((limit) => [`${limit.value} ${limit.unit}`, limitPhrase(limit)])).values(),
  ];
  return { key: 'list', values: { list: values.slice(0, 4) } };
}

function sayFees(fees: Fees): Phrase {
  if (fees.kind !== 'amounts') return { key: `overview.fee_${fees.kind}` };
  const [only] = fees.fees;
  // An amount without its condition would be taken for the price of everything.
  const plain = fees.fees.length === 1 && only !== undefined && only.note.length <= plainNote;
  if (!plain) return { key: 'overview.fee_several' };
  return only.note === ''
    ? moneyPhrase(only)
    : { key: 'overview.fee_note', values: { amount: moneyPhrase(only), note: only.note } };
}

function briefTime(times: Times): BriefSection {
  if (times.kind !== 'known') return withholdTerm('time', times.kind);
  const [only] = times.limits;
  if (times.limits.length === 1 && only !== undefined && only.note === '') {
    return { lead: { key: 'time.one', values: { limit: limitPhrase(only), ways: wayPhrases(only.ways) } } };
  }
  if (isStale(times.limits.map(({ note }) => note))) return withhold('time', 'stale');
  return keepItems(
    { lead: { key: 'time.several' } },
    times.limits.map((limit) => ({
      text: {
        key: limit.note === '' ? 'time.item' : 'time.item_note',
        values: { limit: limitPhrase(limit), ways: wayPhrases(limit.ways), note: limit.note },
      },
    })),
  );
}

function briefFee(fees: Fees): BriefSection {
  if (fees.kind === 'local') return { lead: { key: 'fee.local' }, withheld: 'local-fee' };
  if (fees.kind === 'free') return { lead: { key: 'fee.free' }, notes: [{ key: 'fee.may_change' }] };
  if (fees.kind !== 'amounts') return withholdTerm('fee', fees.kind);
  if (isStale(fees.fees.map(({ note }) => note))) return withhold('fee', 'stale');
  const notes: Phrase[] = [{ key: 'fee.may_change' }];
  const [only] = fees.fees;
  if (fees.fees.length === 1 && only !== undefined && only.note === '') {
    return { lead: { key: 'fee.one', values: { amount: moneyPhrase(only) } }, notes };
  }
  return keepItems(
    { lead: { key: 'fee.several' }, notes },
    fees.fees.map((fee) => ({
      text: {
        key: fee.note === '' ? 'fee.item' : 'fee.item_note',
        values: { amount: moneyPhrase(fee), ways: wayPhrases(fee.ways), note: fee.note },
      },
    })),
  );
}

function briefPlace(procedure: CatalogueProcedure): BriefSection {
  const agencies = safeAgencies(procedure);
  const items: BriefItem[] = [];
  const { address } = procedure;
  const adds = address !== '' && !agencies.includes(address.replace(/\.$/u, ''));
  if (adds && address.length <= 180 && !address.includes('\n') && isSafe(address) && !isStale([address])) {
    items.push({ text: { key: 'place.address', values: { address: tidyItem(address) } } });
  }
  const notes: Phrase[] = procedure.commune ? [{ key: 'place.commune' }] : [];
  if (agencies.length > 0)
    return keepItems({ lead: { key: 'place.lead', values: { agencies } }, notes }, items);
  const levels = procedure.levels.map(lowerFirst);
  return keepItems(
    { lead: { key: levels.length > 0 ? 'place.level' : 'place.unstated', values: { levels } }, notes },
    items,
  );
}

function briefOnline({ ways }: CatalogueProcedure): BriefSection {
  if (ways.confidence < trustedFrom || ways.value.length === 0) return withhold('online', 'unreadable');
  const names = [...new Set(ways.value.map(({ way }) => way))];
  return names.includes('online')
    ? { lead: { key: 'online.yes' }, items: [{ text: { key: 'online.how' } }] }
    : { lead: { key: 'online.no', values: { ways: wayPhrases(names) } } };
}

function briefDocuments({ documents }: CatalogueProcedure): BriefSection {
  if (documents.confidence < trustedFrom) return withhold('documents', 'unreadable');
  const cases = documents.value
    .filter(({ title }) => !/^\W*lưu ý/iu.test(title ?? ''))
    .map(({ title, items }) => {
      const papers = items.filter(isPaper);
      return {
        title: title === null ? null : tidyItem(title),
        items: inOrder(papers.length > 0 ? papers : items),
      };
    })
    // The list without a case, or the one of what must be handed in, is what everybody needs.
    .sort((one, other) => caseRank(one.title) - caseRank(other.title));
  const names = cases.flatMap(({ title, items }) => [title ?? '', ...items.map(({ name }) => name)]);
  if (isStale(names)) return withhold('documents', 'stale');
  const total = cases.reduce((sum, { items }) => sum + items.length, 0);
  if (total === 0) return withhold('documents', 'unreadable');
  const items = cases.flatMap(({ title, items: papers }): BriefItem[] => {
    const said = papers
      .filter(({ name }) => isSafe(name))
      .map((paper): BriefItem => ({ text: paperPhrase(paper) }));
    const heading =
      title !== null &&
      !/^\W*(?:[a-z]\) ?)?thành phần hồ sơ\W*$/iu.test(title) &&
      title.length <= 160 &&
      isSafe(title) &&
      said.length > 0;
    return [...(heading ? [{ text: `${title}:`, heading: true as const }] : []), ...said];
  });
  const lead: Phrase = { key: cases.length > 1 ? 'documents.cases' : 'documents.lead', values: { total } };
  return keepItems({ lead }, items, total);
}

/** Rows without any count are remarks. */
function isPaper({ originals, copies }: DocumentItem): boolean {
  return originals !== 0 || copies !== 0;
}

function caseRank(title: string | null): number {
  if (title === null) return 0;
  return /phải nộp/iu.test(title) ? 1 : /xuất trình/iu.test(title) ? 2 : 3;
}

function paperPhrase({ name, originals, copies }: DocumentItem): Phrase | string {
  const paper = tidyItem(name);
  const counts: Phrase[] = [];
  if (originals !== null && originals > 0)
    counts.push({ key: 'documents.originals', values: { count: originals } });
  if (copies !== null && copies > 0) counts.push({ key: 'documents.copies', values: { count: copies } });
  return counts.length === 0 ? paper : { key: 'documents.item', values: { paper, counts } };
}

function briefForms({ documents }: CatalogueProcedure): BriefSection {
  if (documents.confidence < trustedFrom) return withhold('form', 'unreadable');
  const papers = documents.value.flatMap(({ items }) => items).filter(({ forms }) => forms.length > 0);
  const names = [
    ...new Set(papers.map(({ name, forms }) => tidyItem(name === '' ? (forms[0] ?? '') : name))),
  ];
  if (names.length === 0) return { lead: { key: 'form.none' } };
  if (isStale(names)) return withhold('form', 'stale');
  return keepItems(
    { lead: { key: 'form.lead', values: { total: names.length } } },
    asItems(names),
    names.length,
  );
}

function briefResults({ results }: CatalogueProcedure): BriefSection {
  if (results.length === 0) return { lead: { key: 'result.unstated' } };
  if (isStale(results)) return withhold('result', 'stale');
  const names = refusalsLast(results).map(tidyItem);
  return keepItems({ lead: { key: 'result.lead' } }, asItems(names), names.length);
}

/** Free text, from its beginning: the order of steps matters, so nothing in between is left out. */
function briefText(text: string, part: 'steps' | 'conditions'): BriefSection {
  if (text === '' || /^không(?: có| quy định)?[.\s]*$/iu.test(text)) return { lead: { key: `${part}.none` } };
  if (isStale([text])) return withhold(part, 'stale');
  const lines = text
    .split('\n')
    .flatMap(toSentences)
    .map(tidyItem)
    .filter((line) => line !== '');
  const unsafe = lines.findIndex((line) => !isSafe(line));
  const said = unsafe < 0 ? lines : lines.slice(0, unsafe);
  if (said.length === 0) return withhold(part, 'unreadable');
  const section = keepItems({ lead: { key: `${part}.lead` }, ordered: true }, asItems(said), lines.length);
  return section.items === undefined ? withhold(part, 'too-long') : section;
}

const sentenceFrom = 260;

/** A long line is read sentence by sentence. */
function toSentences(line: string): string[] {
  return line.length <= sentenceFrom ? [line] : line.split(/(?<=[.;])\s+(?=[\p{Lu}(+-])/u);
}

function briefLegal({ legal }: CatalogueProcedure): BriefLegal[] {
  return legal.value.flatMap(({ number, kind, abstract }) =>
    number === null
      ? []
      : [{ number, kind, abstract: abstract.length <= nameAtMost && isSafe(abstract) ? abstract : '' }],
  );
}

/** Agencies that still exist by their names; those of a level that is gone are left out. */
function safeAgencies({ agencies }: CatalogueProcedure): string[] {
  const said = agencies.filter(
    (agency) => agency.length <= 100 && isSafe(agency) && !isStale([agency]) && !namesOnePlace(agency),
  );
  return said.slice(0, 3);
}

/** An agency of one province, which a page entered by that province names for the whole country. */
function namesOnePlace(agency: string): boolean {
  return /(?:[Tt]ỉnh|[Tt]hành phố|TP\.?) (?!Trực thuộc)\p{Lu}\p{Ll}/u.test(agency);
}

/** Papers are stored in no order; where all carry "a)" or "1." they are put in that order. */
function inOrder(items: readonly DocumentItem[]): DocumentItem[] {
  const marks = items.map(({ name }) => /^\(?([a-zđ]|\d{1,2})[.)]/u.exec(name)?.[1]);
  if (marks.some((mark) => mark === undefined)) return [...items];
  return items
    .map((item, index) => ({ item, mark: marks[index] ?? '' }))
    .sort((one, other) => one.mark.localeCompare(other.mark, 'vi', { numeric: true }))
    .map(({ item }) => item);
}

/** A refusal is a result too, but not the one that people come for. */
function refusalsLast(results: readonly string[]): string[] {
  const refusal = (name: string) =>
    /từ chối|không (?:chấp thuận|đồng ý|đủ điều kiện|cấp)|lý do|(?:sửa đổi, )?bổ sung hồ sơ/iu.test(name);
  return [...results.filter((name) => !refusal(name)), ...results.filter(refusal)];
}

function asItems(texts: readonly string[]): BriefItem[] {
  return texts.filter(isSafe).map((text) => ({ text }));
}

/** Keeps the first items, as many as an answer could hold; the rest is only counted. */
function keepItems(section: BriefSection, items: readonly BriefItem[], total?: number): BriefSection {
  const kept: BriefItem[] = [];
  let length = 0;
  for (const item of items) {
    const fits = length + lengthOf(item) <= keptCharacters;
    if (!fits && section.ordered) break;
    if (!fits) continue;
    length += lengthOf(item);
    kept.push(item);
  }
  const more = (total ?? items.length) - kept.filter(({ heading }) => heading !== true).length;
  const said = dropLooseHeadings(kept);
  const oldPaper = said.some(({ text }) => namesOldPaper(JSON.stringify(text)));
  const notes: Phrase[] = [...(section.notes ?? []), ...(oldPaper ? [{ key: 'old_paper' }] : [])];
  return {
    ...section,
    ...(said.length === 0 ? {} : { items: said }),
    ...(more > 0 ? { more } : {}),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** A heading whose items were all left out says nothing. */
export function dropLooseHeadings<T extends { heading?: true }>(items: readonly T[]): T[] {
  return items.filter(
    (item, index) =>
      item.heading !== true || (items[index + 1] !== undefined && items[index + 1]?.heading !== true),
  );
}

function lengthOf({ text }: BriefItem): number {
  return typeof text === 'string' ? text.length : JSON.stringify(text.values ?? {}).length;
}

function withhold(part: string, reason: 'stale' | 'unreadable' | 'too-long'): BriefSection {
  return {
    lead: { key: `withheld.${reason.replace('-', '_')}`, values: { part: { key: `part.${part}` } } },
    withheld: reason,
  };
}

function withholdTerm(part: 'fee' | 'time', kind: 'unclear' | 'dated' | 'unstated'): BriefSection {
  return { lead: { key: `${part}.${kind}` }, ...(kind === 'unstated' ? {} : { withheld: kind }) };
}

function limitPhrase({ value, unit }: StatedTime): Phrase {
  return { key: `unit.${unit}`, values: { value: String(value).replace('.', ',') } };
}

function moneyPhrase({ amount, currency }: StatedFee): Phrase {
  if (amount === 0) return { key: 'money.free' };
  return { key: `money.${currency}`, values: { amount: amount.toLocaleString('de-DE') } };
}

function wayPhrases(ways: readonly WayName[]): Phrase[] {
  return [...new Set(ways)].map((way) => ({ key: `way.${way}` }));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLocaleLowerCase('vi') + text.slice(1);
}
