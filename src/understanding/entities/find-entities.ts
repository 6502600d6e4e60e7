import type { Entity } from '../../core/understood.ts';
import { fold } from '../../text/fold.ts';

/** A pattern whose match is one entity; `normalise` gives its value, masked where it identifies a person. */
interface Rule {
  kind: Entity['kind'];
  pattern: RegExp;
  /** Whether all that it matches has a figure in it. */
  hasFigure: boolean;
  normalise: (match: string) => string;
}

/** Numbers in words, with and without marks: those of weekdays, and those of ages. */
const weekdayWords = 'hai|ba|tư|tu|năm|nam|sáu|sau|bảy|bay';
const countWords = 'một|mot|hai|ba|bốn|bon|năm|nam|sáu|sau|bảy|bay|tám|tam|chín|chin|mười|muoi';

const asIs = (match: string): string => match;
const mask = (match: string): string => match.replace(/\d(?=(?:\D*\d){3})/g, '*');
const maskDossier = (match: string): string => match.toUpperCase().replace(/-\d.*$/, '-***');
const lower = (match: string): string => match.toLowerCase().replace(/\s+/g, ' ');

const boundary = '(?![\\p{L}\\p{N}])';
const left = '(?<![\\p{L}\\p{N}.])';

function rule(kind: Entity['kind'], body: string, normalise: (match: string) => string): Rule {
  return { kind, pattern: patternOf(body), hasFigure: false, normalise };
}

function figureRule(kind: Entity['kind'], body: string, normalise: (match: string) => string): Rule {
  return { kind, pattern: patternOf(body), hasFigure: true, normalise };
}

const patternOf = (body: string): RegExp => new RegExp(`${left}(?:${body})${boundary}`, 'giu');

/** In order of precedence: what an earlier rule took, a later one cannot. */
const rules: readonly Rule[] = [
  figureRule('dossier-code', '[A-Z]\\d{2}(?:\\.\\d{1,4}){0,4}-\\d{6}-\\d{3,6}', maskDossier),
  figureRule('dossier-code', '\\d{3}(?:\\.\\d{2}){1,3}\\.[A-Z]\\d{2}-\\d{6}-\\d{3,6}', maskDossier),
  figureRule('procedure-code', '\\d\\.\\d{6}(?:\\.\\d{3}\\.\\d{2}\\.\\d{2}\\.[A-Z]\\d{2})?', asIs),
  figureRule('date', '\\d{1,2}[/.-]\\d{1,2}[/.-](?:19|20)\\d{2}|(?:19|20)\\d{2}-\\d{2}-\\d{2}', isoDate),
  figureRule(
    'date',
    'ngày\\s+\\d{1,2}[/-]\\d{1,2}|ngày\\s+\\d{1,2}\\s+tháng\\s+\\d{1,2}(?:\\s+năm\\s+\\d{4})?',
    lower,
  ),
  rule(
    'date',
    '(?:h[oô]m (?:nay|qua|kia)|ng[aà]y (?:mai|m[oố]t|kia)|(?:s[aá]ng|tr[uư]a|chi[eề]u|t[oố]i) (?:nay|mai|qua|m[oố]t)|tu[aầ]n (?:n[aà]y|sau|tr[uư][oớ]c|t[oớ]i)|th[aá]ng (?:n[aà]y|sau|tr[uư][oớ]c|t[oớ]i))',
    lower,
  ),
  rule(
    'date',
    '(?:m[uù]ng|m[oồ]ng) (?:\\d{1,2}|[a-zà-ỹ]+)(?: (?:tết|tháng \\d{1,2}))?|r[aằ]m tháng \\d{1,2}',
    lower,
  ),
  rule(
    'date',
    '\\d{1,3} (?:ng[aà]y|tu[aầ]n|th[aá]ng) n[uữ]a|cu[oố]i (?:tu[aầ]n|th[aá]ng|n[aă]m)|đầu (?:tuần|tháng|năm) sau',
    lower,
  ),
  rule('weekday', `th[uứ]\\s*(?:[2-7]|${weekdayWords})|ch[uủ] nh[aậ]t|t[2-7]|cn`, weekday),
  figureRule(
    'amount',
    '[1-9]\\d{0,2}(?:[.,]\\d{3})+\\s*(?:đồng|đ|vnđ|vnd)?|\\d+(?:[.,]\\d{1,2})?\\s*(?:đồng|vnđ|vnd|đ|k|nghìn|ngàn|nghin|ngan|triệu|trieu|tr|tỷ|tỉ|ty)(?:\\d|\\s*rưỡi|\\s*ruoi)?',
    amount,
  ),
  figureRule('identity-number', '\\d{12}|\\d{3}[ .]\\d{3}[ .]\\d{3}[ .]\\d{3}', mask),
  figureRule('phone', '(?:\\+?84|0)(?:[ .-]?\\d){9}|02\\d{1,2}(?:[ .-]?\\d){7,8}', mask),
  figureRule('identity-number', '\\d{9}|\\d{3}[ .]\\d{3}[ .]\\d{3}', mask),
  rule(
    'age',
    `(?:(?:từ|đủ|dưới|trên|được)\\s+)*(?:\\d{1,3}|${countWords})\\s*(?:tu[oổ]i|th[aá]ng tu[oổ]i|ng[aà]y tu[oổ]i)|(?:sinh năm|sinh nam|sn)\\s*(?:19|20)\\d{2}`,
    lower,
  ),
];

/** Most messages hold none of these, and need not be searched. */
const mayHoldAny =
  /\d|h[oô]m|ng[aà]y|mai|nay|tu[aầ]n|th[aá]ng|th[uứ]|ch[uủ]|tu[oổ]i|m[uù]ng|m[oồ]ng|r[aằ]m|cu[oố]i|\bcn\b/iu;

/**
 * What a message names: codes, dates, amounts, numbers of people (masked), ages. Offsets are into the text as given,
 * composed (NFC); nothing overlaps; in order of place.
 */
export function findEntities(text: string): Entity[] {
  const composed = text.normalize('NFC');
  const entities: Entity[] = [];
  if (!mayHoldAny.test(composed)) return entities;
  const hasFigure = /\d/.test(composed);
  for (const { kind, pattern, normalise, hasFigure: needsFigure } of rules) {
    if (needsFigure && !hasFigure) continue;
    for (const match of composed.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      if (entities.some((taken) => start < taken.end && taken.start < end)) continue;
      entities.push({ kind, value: normalise(match[0]), start, end });
    }
  }
  return entities.sort((one, other) => one.start - other.start);
}

function isoDate(match: string): string {
  if (/^\d{4}/.test(match)) return match;
  const [day = '', month = '', year = ''] = match.split(/[/.-]/);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function weekday(match: string): string {
  const names: Record<string, string> = { hai: '2', ba: '3', tu: '4', nam: '5', sau: '6', bay: '7' };
  const lowered = fold(lower(match));
  if (lowered === 'cn' || lowered === 'chu nhat') return 'chủ nhật';
  const day = lowered.replace(/^thu\s*|^t/, '');
  return `thứ ${names[day] ?? day}`;
}

/** In đồng, digits only: "50k", "1,5 triệu", "2tr5", "2 triệu rưỡi". */
function amount(match: string): string {
  const folded = fold(match.toLowerCase());
  const [, whole = '', fraction = '', unit = '', rest = ''] =
    /^(\d+)(?:[.,](\d{1,2})(?!\d))?\s*([a-z]*)\s*(\d|ruoi)?$/u.exec(folded) ?? [];
  if (whole === '') return folded.replace(/\D/g, '');
  const scale = scales[unit] ?? 1;
  const part = rest === 'ruoi' ? '5' : fraction || rest;
  return String(Number(whole) * scale + (part === '' ? 0 : (Number(part) * scale) / 10 ** part.length));
}

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  nghin: 1e3,
  ngan: 1e3,
  trieu: 1e6,
  tr: 1e6,
  ty: 1e9,
  ti: 1e9,
};
