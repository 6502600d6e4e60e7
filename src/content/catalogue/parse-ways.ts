import { dumpWords } from './dump-words.ts';
import type { Fee, Parsed, TimeLimit, TimeUnit, Way, WayName } from './procedure.ts';

const wayNames: Readonly<Record<string, WayName>> = {
  'Trực tiếp': 'in-person',
  'Trực tuyến': 'online',
  'Dịch vụ bưu chính': 'post',
};
const unitNames: Readonly<Record<string, TimeUnit>> = {
  'Ngày làm việc': 'working-day',
  Ngày: 'day',
  Giờ: 'hour',
  Tháng: 'month',
};

const way = Object.keys(wayNames).join('|');
const unit = Object.keys(unitNames).join('|');
const money = String.raw`\d[\d.,]* ?(?:VNĐ|Việt Nam Đồng|USD)`;
const feeStart = `(?:${dumpWords.free}|${dumpWords.nothing}|${money})`;
const time = String.raw`${dumpWords.nothing}|\d[\d.,]* ?(?:${unit})|Không[^.\n]{0,60}?|\d[\d.,]*`;
const row = new RegExp(`(${way})(${time}) ?(?=${feeStart})`, 'gu');
/** A first cell in words of its own: only where a table begins, since a description may begin alike. */
const wordyRow = new RegExp(`^(${way})([^\\d(]{3,200}?)(?=${feeStart})`, 'u');

/**
 * Reads the table of ways, in which the cells "Trực tiếp", "3 Ngày làm việc", "Miễn phí", "(…)" and a description run
 * together without a mark between them.
 */
export function parseWays(text: string): Parsed<Way[]> {
  const body = text.startsWith(dumpWords.waysHeader) ? text.slice(dumpWords.waysHeader.length) : text;
  const starts = [...body.matchAll(row)].map((match) => ({ match, from: match.index }));
  const wordy = wordyRow.exec(body);
  if (wordy !== null && starts[0]?.from !== 0) starts.unshift({ match: wordy, from: 0 });
  let doubt = starts[0]?.from === 0 ? 0 : 0.7;
  const found = starts.map(({ match, from }, index) => {
    const [whole, name = '', limit = ''] = match;
    const rest = body.slice(from + whole.length, starts[index + 1]?.from ?? body.length);
    const glued = /^\d+$/u.test(limit) && /^\d/u.test(rest);
    const { fees, note, balanced } = readFees(rest, glued);
    if (glued || !balanced) doubt = Math.max(doubt, 0.4);
    const value: Way = {
      way: wayNames[name] ?? 'in-person',
      time: glued ? { value: null, unit: null } : readTime(limit),
      fees,
      note,
    };
    return value;
  });
  return { value: distinct(found), confidence: found.length === 0 ? 0 : 1 - doubt };
}

/** A number without a unit is not a time limit: pages carry "1" where nobody filled in anything. */
function readTime(cell: string): TimeLimit {
  const match = new RegExp(`^(\\d[\\d.,]*) ?(${unit})$`, 'u').exec(cell.trim());
  const value = match === null ? Number.NaN : Number((match[1] ?? '').replace(',', '.'));
  return Number.isFinite(value) && value > 0
    ? { value, unit: unitNames[match?.[2] ?? ''] ?? null }
    : { value: null, unit: null };
}

/** The fees at the start of a cell, each with its bracket, and the description after them. */
function readFees(cell: string, glued: boolean): { fees: Fee[]; note: string; balanced: boolean } {
  const fees: Fee[] = [];
  const start = new RegExp(`^${feeStart}`, 'u');
  let rest = cell;
  let balanced = true;
  for (let match = start.exec(rest); match !== null; match = start.exec(rest)) {
    rest = rest.slice(match[0].length);
    let note = '';
    // "(1) Trường hợp …" begins a description, not a remark on the fee.
    if (rest.startsWith('(') && !/^\((?:\d{1,2}|[ivx]{1,4})\)/u.test(rest)) {
      const closing = closingBracket(rest);
      balanced &&= closing >= 0;
      // A bracket that is never closed ends at the last one, so that the description stays out of it.
      const end = closing >= 0 ? closing : Math.max(rest.lastIndexOf(')'), 0) || rest.length;
      note = rest.slice(1, end);
      rest = rest.slice(end + 1);
    }
    // The digits of time and amount run together: neither can be told.
    fees.push({ ...(glued ? { amount: null, currency: null } : readAmount(match[0])), note: tidy(note) });
    if (fees.length > 20) break;
  }
  return { fees: fees.filter((fee) => fee.amount !== null || fee.note !== ''), note: tidy(rest), balanced };
}

/** No fee is lower: "135 VNĐ" lost its thousands, "155 VNĐ" is in dollars. In đồng. */
const leastAmountVnd = 1_000;

function readAmount(text: string): Pick<Fee, 'amount' | 'currency'> {
  if (text === dumpWords.free) return { amount: 0, currency: 'VND' };
  if (text === dumpWords.nothing) return { amount: null, currency: null };
  const amount = Number(/^[\d.,]+/u.exec(text)?.[0].replace(/,/gu, ''));
  const isWhole = amount === 0 || amount >= leastAmountVnd || text.endsWith('USD');
  return Number.isFinite(amount) && isWhole
    ? { amount, currency: text.endsWith('USD') ? 'USD' : 'VND' }
    : { amount: null, currency: null };
}

/** Index of the bracket that closes the first one; -1 when none does. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function tidy(text: string): string {
  return text.replace(/[ \t]+/gu, ' ').trim();
}

function distinct(found: readonly Way[]): Way[] {
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}
