import { tidyItem, isDated } from './safe-text.ts';
import type { CatalogueProcedure, Fee, TimeUnit, Way, WayName } from './procedure.ts';

/** A time limit and the ways of filing it holds for. `note` is the page's own wording, where it adds something. */
export interface StatedTime {
  value: number;
  unit: TimeUnit;
  ways: WayName[];
  note: string;
}

/** `unclear`: number and wording disagree; `dated`: it changed or changes on a day; `unstated`: the page has none. */
export type Times = { kind: 'known'; limits: StatedTime[] } | { kind: 'unclear' | 'dated' | 'unstated' };

export interface StatedFee {
  amount: number;
  currency: 'VND' | 'USD';
  ways: WayName[];
  note: string;
}

/** `local`: a People's Council sets it; the others as for times. */
export type Fees =
  | { kind: 'free' }
  | { kind: 'amounts'; fees: StatedFee[] }
  | { kind: 'local' | 'unclear' | 'dated' | 'unstated' };

const noteAtMost = 260;
const units: Readonly<Record<string, TimeUnit>> = {
  'ngày làm việc': 'working-day',
  ngày: 'day',
  giờ: 'hour',
  'giờ làm việc': 'hour',
  tháng: 'month',
};

/** The time limits of a procedure, as far as number, unit and wording agree. */
export function readTimes({ ways }: CatalogueProcedure): Times {
  const rows = ways.value.filter(({ time }) => time.value !== null && time.unit !== null);
  if (ways.confidence < 0.5 || rows.length === 0) return { kind: 'unstated' };
  if (rows.some(({ note }) => isDated(note))) return { kind: 'dated' };
  if (rows.some((row) => !agreesWithNote(row))) return { kind: 'unclear' };
  const limits: StatedTime[] = [];
  const severalPerWay = new Set(rows.map(({ way }) => way)).size < rows.length;
  for (const { way, time, note } of rows) {
    const value = time.value ?? 0;
    const unit = time.unit ?? 'day';
    // Several limits for one way are told apart by their wording; one limit needs none.
    const told = severalPerWay ? tidyItem(note) : '';
    if (told.length > noteAtMost) return { kind: 'unclear' };
    const same = limits.find((limit) => limit.value === value && limit.unit === unit && limit.note === told);
    if (same === undefined) limits.push({ value, unit, ways: [way], note: told });
    else if (!same.ways.includes(way)) same.ways.push(way);
  }
  const untold = limits.filter(({ note }) => note === '');
  // Two bare limits for the same way: which of them holds cannot be told.
  const clash = untold.some((one) =>
    untold.some((other) => other !== one && other.ways.some((way) => one.ways.includes(way))),
  );
  return clash ? { kind: 'unclear' } : { kind: 'known', limits };
}

/** Whether the wording names the number's own limit, or no limit at all. */
function agreesWithNote({ time, note }: Way): boolean {
  if (/không quy định/iu.test(note) && /thời (?:gian|hạn)/iu.test(note)) return false;
  const named = [
    ...note.matchAll(
      /(\d+(?:[.,]\d+)?)\s*(?:\([^)]{0,30}\)\s*)?(ngày làm việc|ngày|giờ làm việc|giờ|tháng)(?![\p{L}/]| \d)/giu,
    ),
  ];
  const limits = named.map(([, number = '', unit = '']) => ({
    value: Number(number.replace(',', '.')),
    unit: units[unit.toLowerCase()],
  }));
  return limits.length === 0 || limits.some(({ value, unit }) => value === time.value && unit === time.unit);
}

const payment = /(?:nộp|thu|đóng|mức|thanh toán)\s+(?:tiền |các khoản |đủ |khoản )*(?:phí|lệ phí)/iu;
const feeRules = /mức thu|lệ phí|biểu phí/iu;
const saysNothing =
  /^(?:không|không có|không có thông tin|không quy định|chưa quy định|không thu|không thu phí|miễn phí|0|0 đồng)?[.\s]*$/iu;

/**
 * The fees of a procedure, only where the page does not contradict itself. Pages show "Miễn phí" whenever nobody filled
 * in an amount, also above "mức thu do Hội đồng nhân dân quyết định", so free is believed only where nothing on the
 * page speaks of a fee.
 */
export function readFees(procedure: CatalogueProcedure): Fees {
  const { ways } = procedure;
  if (procedure.localFee) return { kind: 'local' };
  const rows = ways.value.flatMap((row) => row.fees.map((fee) => ({ row, fee })));
  if (ways.confidence < 0.5 || rows.length === 0) return { kind: 'unstated' };
  const wordings = rows.map(({ row, fee }) => `${fee.note}\n${mentionsFee(row.note) ? row.note : ''}`);
  if (wordings.some(isDated)) return { kind: 'dated' };
  if (rows.every(({ fee }) => fee.amount === 0)) return readFree(procedure);
  const fees: StatedFee[] = [];
  for (const { row, fee } of rows) {
    const stated = readAmount(fee, row);
    if (stated === undefined) return { kind: 'unclear' };
    const same = fees.find(({ amount, note }) => amount === stated.amount && note === stated.note);
    if (same === undefined) fees.push(stated);
    else if (!same.ways.includes(row.way)) same.ways.push(row.way);
  }
  return { kind: 'amounts', fees };
}

function readFree({ ways, steps, documents, conditions, legal }: CatalogueProcedure): Fees {
  const silent = ways.value.every(
    ({ note, fees }) => !mentionsFee(note) && fees.every((fee) => saysNothing.test(fee.note)),
  );
  const papers = documents.value.flatMap(({ items }) => items.map(({ name }) => name));
  const elsewhere = [steps, conditions, ...papers].some((text) => payment.test(text));
  const ruled = legal.value.some(({ abstract }) => feeRules.test(abstract));
  return silent && !elsewhere && !ruled ? { kind: 'free' } : { kind: 'unclear' };
}

function readAmount(fee: Fee, row: Way): StatedFee | undefined {
  const { amount, currency } = fee;
  if (amount === null || currency === null) return undefined;
  const note = tidyItem(
    [fee.note, mentionsFee(row.note) ? row.note : ''].filter((part) => part !== '').join('. '),
  );
  const sums = readSums(note);
  // Some pages count in thousands, so "20 VNĐ" is 20.000; a sum in the wording must be the sum in the cell.
  if (currency === 'VND' && amount > 0 && amount < 1_000) return undefined;
  if (currency === 'VND' && sums.length > 0 && !sums.includes(amount)) return undefined;
  if (amount === 0 && !saysNothing.test(fee.note)) return undefined;
  return note.length > noteAtMost
    ? undefined
    : { amount, currency, ways: [row.way], note: saysNothing.test(note) ? '' : note };
}

function mentionsFee(text: string): boolean {
  return /(?<!\p{L})(?:phí|đồng|VNĐ)(?!\p{L})/iu.test(text);
}

/** Sums in words of a page, in đồng: "5.000đ", "1,5 triệu đồng", "200 nghìn". */
function readSums(text: string): number[] {
  return [...text.matchAll(/(\d+(?:[.,]\d+)*)\s*(triệu|nghìn|ngàn)?\s*(?:đồng|đ(?!\p{L})|vnđ)/giu)].map(
    ([, digits = '', scale]) => {
      if (scale === undefined) return Number(digits.replace(/[.,](?=\d{3}(?!\d))/gu, '').replace(',', '.'));
      return Number(digits.replace(',', '.')) * (scale.toLowerCase() === 'triệu' ? 1_000_000 : 1_000);
    },
  );
}
