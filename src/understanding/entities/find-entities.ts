import type { Entity } from '../../core/understood.ts';

/** A pattern whose match is one entity; `normalise` gives its value, masked where it identifies a person. */
interface Rule {
  kind: Entity['kind'];
  pattern: RegExp;
  normalise: (match: string) => string;
}

const asIs = (match: string): string => match;
const mask = (match: string): string => match.replace(/\d(?=(?:\D*\d){3})/g, '*');
const maskDossier = (match: string): string => match.toUpperCase().replace(/-\d.*$/, '-***');
const lower = (match: string): string => match.toLowerCase().replace(/\s+/g, ' ');

const boundary = '(?![\\p{L}\\p{N}])';
const left = '(?<![\\p{L}\\p{N}.])';

function rule(kind: Entity['kind'], body: string, normalise: (match: string) => string): Rule {
  return { kind, pattern: new RegExp(`${left}(?:${body})${boundary}`, 'giu'), normalise };
}

/** In order of precedence: what an earlier rule took, a later one cannot. */
const rules: readonly Rule[] = [
  rule('dossier-code', '[A-Z]\\d{2}(?:\\.\\d{1,4}){0,4}-\\d{6}-\\d{3,6}', maskDossier),
  rule('dossier-code', '\\d{3}(?:\\.\\d{2}){1,3}\\.[A-Z]\\d{2}-\\d{6}-\\d{3,6}', maskDossier),
  rule('procedure-code', '\\d\\.\\d{6}(?:\\.\\d{3}\\.\\d{2}\\.\\d{2}\\.[A-Z]\\d{2})?', asIs),
  rule('date', '\\d{1,2}[/.-]\\d{1,2}[/.-](?:19|20)\\d{2}|(?:19|20)\\d{2}-\\d{2}-\\d{2}', isoDate),
  rule(
    'date',
    'ngày\\s+\\d{1,2}[/-]\\d{1,2}|ngày\\s+\\d{1,2}\\s+tháng\\s+\\d{1,2}(?:\\s+năm\\s+\\d{4})?',
    lower,
  ),
  rule(
    'date',
    'hôm (?:nay|qua|kia)|ngày (?:mai|mốt|kia)|tuần (?:này|sau|trước|tới)|tháng (?:này|sau|trước|tới)',
    lower,
  ),
  rule('weekday', 'thứ\\s*(?:[2-7]|hai|ba|tư|năm|sáu|bảy)|chủ nhật|t[2-7]|cn', weekday),
  rule(
    'amount',
    '\\d{1,3}(?:[.,]\\d{3})+\\s*(?:đồng|đ|vnđ|vnd)?|\\d+\\s*(?:đồng|vnđ|vnd|đ|k|nghìn|ngàn|triệu|tr|tỷ)',
    amount,
  ),
  rule('identity-number', '\\d{12}|\\d{3}[ .]\\d{3}[ .]\\d{3}[ .]\\d{3}', mask),
  rule('phone', '(?:\\+?84|0)(?:[ .-]?\\d){9}', mask),
  rule('identity-number', '\\d{9}', mask),
  rule('age', '(?:(?:từ|đủ|dưới|trên|được)\\s+)*\\d{1,3}\\s*(?:tuổi|tháng tuổi|ngày tuổi)', lower),
];

/**
 * What a message names: codes, dates, amounts, numbers of people (masked), ages. Offsets are into the text as given,
 * composed (NFC); nothing overlaps; in order of place.
 */
export function findEntities(text: string): Entity[] {
  const composed = text.normalize('NFC');
  const entities: Entity[] = [];
  if (!/\d|hôm|ngày|tuần|tháng|thứ|chủ/iu.test(composed)) return entities;
  for (const { kind, pattern, normalise } of rules) {
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
  const names: Record<string, string> = { hai: '2', ba: '3', tư: '4', năm: '5', sáu: '6', bảy: '7' };
  const lowered = lower(match);
  if (lowered === 'cn' || lowered === 'chủ nhật') return 'chủ nhật';
  const day = lowered.replace(/^thứ\s*|^t/, '');
  return `thứ ${names[day] ?? day}`;
}

/** In đồng, digits only. */
function amount(match: string): string {
  const digits = Number(match.replace(/[^\d]/g, ''));
  const unit = /k|nghìn|ngàn/iu.test(match) ? 1e3 : /tr/iu.test(match) ? 1e6 : /tỷ/iu.test(match) ? 1e9 : 1;
  return String(digits * unit);
}
