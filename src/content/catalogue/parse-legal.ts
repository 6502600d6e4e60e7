import { dumpWords, isNothing } from './dump-words.ts';
import type { LegalKind, LegalReference, Parsed } from './procedure.ts';

/** Abbreviations of issuers as numbers carry them, so that the next title's capitals are not taken for one. */
const issuers = [
  'UBTVQH',
  'UBTƯMTTQVN',
  'BNNPTNT',
  'BLĐTBXH',
  'BVHTTDL',
  'TANDTC',
  'VKSNDTC',
  'BTNMT',
  'BKHĐT',
  'BNNMT',
  'BGDĐT',
  'BTTTT',
  'BKHCN',
  'BDTTG',
  'BGTVT',
  'NHNN',
  'BHXH',
  'TTCP',
  'VPCP',
  'HĐTP',
  'BTC',
  'BTP',
  'BCA',
  'BQP',
  'BNV',
  'BNG',
  'BYT',
  'BCT',
  'BXD',
  'BKH',
  'BTM',
  'BTS',
  'CTN',
  'UBND',
  'HĐND',
  'TTg',
  'CP',
];
const issuer = issuers.join('|');
const act = 'NĐ|NQ|QĐ|CT|TTLT|TT|PL|L|NQLT|VBHN';
/** "60/2014/QH13", "123/2015/NĐ-CP", "163/QĐ-BTP", "01/2012/TTLT-TANDTC-BTP"; also "118/2025/NĐ-C", cut off by its cell. */
const number = new RegExp(
  String.raw`\d+(?:\.\d+)?/(?:\d{4}/)?(?:UBTVQH\d{1,2}|QH\d{1,2}|(?:${act})(?:-(?:${issuer}))+|NĐ-C(?=\p{Lu}\p{Ll}))`,
  'gu',
);
/** Words in the number's cell that only name its kind. */
const cellWords =
  /(?:(?:Bộ luật|Luật|Nghị định|Nghị quyết|Thông tư(?: liên tịch)?|Quyết định|Pháp lệnh|NĐ|TT|QĐ|NQ)(?: số)?|số):?\s*$/u;

/** Reads the table of the legal basis: titles and numbers run together, and a title often holds numbers of its own. */
export function parseLegal(text: string): Parsed<LegalReference[]> {
  if (isNothing(text)) return { value: [], confidence: 1 };
  const body = text.startsWith(dumpWords.legalHeader) ? text.slice(dumpWords.legalHeader.length) : text;
  const found: LegalReference[] = [];
  let from = 0;
  let doubts = text === body ? 1 : 0;
  for (const match of numbersOf(body)) {
    if (match.from < from) continue;
    const before = body.slice(from, match.from);
    const after = body.slice(match.to);
    const repeats = before.includes(match.number);
    const tail = ownTail(match.number, after);
    const glued = after === '' || tail !== '' || /^[^\s.,;:)"”/–-]/u.test(after);
    // Cells with a space after the number; inside a title the number follows its kind ("Nghị định số 30/2013/NĐ-CP về").
    const spaced = /^\s+(?:[Nn]ghị|[Tt]hông tư|Luật|Quyết|Bộ luật|Pháp|NGHỊ|THÔNG|LUẬT|Quy|Sửa|định số)/u.test(after);
    if (endsTitle(before, match.number, after)) continue;
    // "Thông tư số 53/2025/TT-BCAngày 01/7/2025": the day goes on with the title.
    if (/^ngày \d/u.test(after)) continue;
    // A number right behind a word begins its cell, whatever follows: "hàng hoá05/2007/QH12- Luật".
    const beginsCell = /[\p{Ll}”")]$/u.test(before) && !cellWords.test(before);
    if (!glued && !beginsCell && !(spaced && (repeats || (before.trim() !== '' && !cellWords.test(before))))) continue;
    const { rows, rest: title } = takeShortRows(before);
    found.push(...rows, toReference(tail.startsWith(' ngày') ? `${title}${match.number}${tail}` : title, match.number));
    from = match.to + tail.length + (tail === '' ? 0 : cellAfter(match.number, after.slice(tail.length)));
  }
  const left = takeShortRows(body.slice(from));
  found.push(...left.rows);
  if (left.rest.trim() !== '') {
    doubts += 1;
    const rest = tidy(left.rest);
    const own = [...numbersOf(rest)][0];
    if (own !== undefined) found.push(toReference(rest, own.number));
    else if (rest.length > 30) found.push({ ...kindOf(''), number: null, abstract: rest, issuedOn: null });
  }
  return {
    value: distinct(found),
    confidence: found.length === 0 ? 0 : Math.max(0, 1 - doubts / (found.length + 1)),
  };
}

/** Rows whose cell holds only the beginning of a number that their title names: "… số 42/2020/TT-BTC … ASEAN.42/2020". */
function takeShortRows(text: string): { rows: LegalReference[]; rest: string } {
  const rows: LegalReference[] = [];
  let from = 0;
  for (const cell of text.matchAll(/(?<=[^\s\d/])\d{1,3}\/\d{4}(?=\p{Lu}\p{Ll}|$)/gu)) {
    const title = text.slice(from, cell.index);
    const named = [...numbersOf(title)].find((one) => one.number.startsWith(`${cell[0]}/`));
    if (named === undefined) continue;
    rows.push(toReference(title, named.number));
    from = cell.index + cell[0].length;
  }
  return { rows, rest: text.slice(from) };
}

/** What a cell or title adds to the number before the next row: "của Chính phủ", or a day with the cell behind it. */
function ownTail(found: string, after: string): string {
  const office = /^ của (?:Chính phủ|Quốc hội)(?=\p{Lu})/u.exec(after);
  if (office !== null) return office[0];
  const day = /^ ngày \d{1,2}\/\d{1,2}\/\d{4}/u.exec(after);
  return day !== null && cellAfter(found, after.slice(day[0].length)) > 0 ? day[0] : '';
}

/** The length of a cell that holds only the beginning of the number ("25", "08/2026") before the next title. */
function cellAfter(found: string, after: string): number {
  const cell = /^\d{1,3}(?:\/\d{4})?(?=\p{Lu})/u.exec(after)?.[0];
  return cell !== undefined && found.startsWith(`${cell}/`) ? cell.length : 0;
}

/**
 * Whether a number with another right behind it is the end of a title, the other being its cell: a title that is the
 * number itself, or one that ends by naming what it amends.
 */
function endsTitle(before: string, found: string, after: string): boolean {
  const next = [...numbersOf(after.slice(0, 60))][0];
  if (next === undefined || next.from !== 0) return false;
  const words = cellWords.exec(before);
  return next.number === found || (words !== null && /\s/u.test(before[words.index - 1] ?? ''));
}

/** The numbers in a text. A year that ends the title before ("năm 2025" + "48/2026/NĐ-CP") is left to the title. */
function* numbersOf(text: string): Generator<{ number: string; from: number; to: number }> {
  for (const match of text.matchAll(number)) {
    const title = /^(?:(?:19|20)\d\d\.?(?=\d+\/)|\d+\.(?!\d{1,2}\/\d{4}\/NQ-CP))/u.exec(match[0])?.[0] ?? '';
    const to = match.index + match[0].length;
    const found = match[0].slice(title.length);
    yield { number: found.endsWith('/NĐ-C') ? `${found}P` : found, from: match.index + title.length, to };
  }
}

function toReference(before: string, found: string): LegalReference {
  // The cell's own words follow the title without a space; words after a space belong to the title.
  const cell = cellWords.exec(before);
  const separate = cell !== null && /\S/u.test(before[cell.index - 1] ?? '-');
  const words = tidy(separate ? before.slice(0, cell.index) : before);
  const abstract = words === found || cellWords.exec(words)?.index === 0 ? '' : words;
  const { kind, issuer: by } = kindOf(found);
  return {
    number: found,
    // The Assembly's resolutions carry the numbers of its laws.
    kind: kind === 'law' && /^nghị quyết/iu.test(abstract) ? 'resolution' : kind,
    issuer: by,
    abstract,
    issuedOn: issuedOn(abstract, found),
  };
}

/** The day beside the document's own number; other days in a title belong to documents that it changes. */
function issuedOn(abstract: string, found: string): string | null {
  const at = abstract.indexOf(found);
  if (at < 0) return null;
  const beside = abstract.slice(at + found.length);
  const match = /^\s*,?\s*ngày (\d{1,2})(?:\/| tháng )(\d{1,2})(?:\/| năm )(\d{4})/u.exec(beside);
  if (match === null) return null;
  const [, dayOfMonth = '', month = '', year = ''] = match;
  return Number(month) >= 1 && Number(month) <= 12 && Number(dayOfMonth) >= 1 && Number(dayOfMonth) <= 31
    ? `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`
    : null;
}

function kindOf(text: string): { kind: LegalKind | null; issuer: string | null } {
  const by = /-(\p{L}+)$/u.exec(text)?.[1] ?? null;
  if (/\/UBTVQH/u.test(text)) return { kind: 'ordinance', issuer: 'UBTVQH' };
  if (/\/QH\d/u.test(text)) return { kind: 'law', issuer: 'QH' };
  if (/\/NĐ-/u.test(text)) return { kind: 'decree', issuer: by };
  if (/\/TTLT-/u.test(text)) return { kind: 'joint-circular', issuer: null };
  if (/\/TT-/u.test(text)) return { kind: 'circular', issuer: by };
  if (/\/QĐ-/u.test(text)) return { kind: 'decision', issuer: by };
  if (/\/NQ-/u.test(text)) return { kind: 'resolution', issuer: by };
  return { kind: null, issuer: null };
}

function tidy(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/^[\s;,.-]+|[\s;,]+$/gu, '');
}

function distinct(found: readonly LegalReference[]): LegalReference[] {
  const byNumber = new Map<string, LegalReference>();
  for (const one of found) {
    const key = one.number ?? one.abstract;
    if (!byNumber.has(key)) byNumber.set(key, one);
  }
  return [...byNumber.values()];
}
