import { masks } from './masks.ts';

/** What is drawn over or around a figure: key caps, zalgo. */
const overFigure = /(?<=\p{Nd})\p{M}+/gu;

/** 000.25.35.H19-210915-0007 · H19.12 - 240501 - 0001 · PAKN.20200812.0012 */
const dossier =
  /(?<![\p{L}\p{N}])(?:(?:(?:[0-9A-Z]{1,4}\.){1,6}[0-9A-Z]{1,4}|[A-Z]\d{2})\s?-\s?\d{6}\s?-\s?\d{3,6}|PAKN\.\d{8}\.\d{3,6})(?![\p{L}\p{N}])/giu;

/** A short number of a dossier, told by the word before it: "số biên nhận 123456", "mã hồ sơ: 4567". */
const receipt =
  /((?<!\p{L})(?:(?:số|so|mã|ma)\s+(?:số\s+|so\s+)?(?:biên nhận|bien nhan|hồ sơ|ho so|giấy hẹn|giay hen)|(?:biên nhận|bien nhan|giấy hẹn|giay hen)\s+(?:số|so))\s*(?:là|la)?\s*:?\s*)\d{4,7}(?!\p{N})/giu;

/** 60A-123.45 · 60A1 12345 · 59-X1 234.56 · 29LD-123.45 · 80NG-123-45 */
const plate = /(?<![\p{L}\p{N}.])\d{2}[\s-]?[A-ZĐ]{1,2}\d?[\s.-]?\d{3}[.\s-]?\d{1,2}(?![\p{L}\p{N}])/giu;

/** A passport: C1234567, B 7654321. A business household's certificate: 41A8012345. */
const passport = /(?<![\p{L}\p{N}])(?:(?:[A-Z]\s?|[a-z])\d{7}|\d{2}[A-Za-z]\d{7})(?![\p{L}\p{N}])/gu;

/** The serial of a land certificate, told by the word before it: "sổ đỏ CH 01234", "số giấy chứng nhận BK 123456". */
const certificate =
  /((?<!\p{L})(?:giấy chứng nhận|giay chung nhan|gcnqsdđ|gcn|sổ đỏ|so do|sổ hồng|so hong)\s+(?:(?:số|so|seri)\s+){0,2}:?\s*)[A-ZĐ]{1,2}\s?\d{5,8}(?!\p{N})/giu;

/** Numbers of accounts are short at some banks, so the word before them tells. */
const account =
  /((?:stk|số tk|so tk|tài khoản|tai khoan|số thẻ|so the)(?:\s+(?:số|so|là|la|ngân hàng|ngan hang|\p{L}+bank))*\s*:?\s*)\d{6,7}(?!\d)/giu;

/** Long runs of digits that identify nobody: a date, a span of years, national hotlines, 1022 with its area code. */
const harmlessRun =
  /^(?:\d{4}[-.]\d{2}[-.]\d{2}|(?:0?[1-9]|[12]\d|3[01])[.-](?:0?[1-9]|1[0-2])[.-](?:19|20)\d{2}|(?:19|20)\d{2}\s?[-–\s]\s?(?:19|20)\d{2}|1[89]00[\s.]?\d{4}|1900[\s.]?\d{2}[\s.]?\d{2}[\s.]?\d{2}|0\d{2,3}[\s.]?1022|(?:11\d|1022)(?:[\s.–-]+(?:11\d|1022))+)$/;

/** What follows an amount of money. */
const currency = /^\s*(?:đồng|dong|vnđ|vnd|đ|k|nghìn|ngàn|triệu|tr|tỷ)(?!\p{L})/iu;

/**
 * A run of digits as people write them: spaces, dots or dashes between groups, the first of them in brackets, often
 * glued to a word ("sdt0912…"). Figures of other scripts count too.
 */
const digitRun =
  /(?<!\p{Nd})(?:\(\+?\p{Nd}{2,4}\)[\s.\-–]{0,2}(?=(?:[\s.\-–]{0,2}\p{Nd}){6})|\+)?\p{Nd}(?:[\s.\-–]{0,2}\p{Nd}){5,}(?!\p{Nd})/gu;
const digitsInRun = 8;

/** Groups with one and the same other thing between them: 079/099/123/456, 0912,345,678. */
const evenGroups = /(?<!\p{Nd})\p{Nd}{1,6}([^\p{L}\p{N}]{1,4})\p{Nd}{1,6}(?:\1\p{Nd}{1,6})+(?!\p{Nd})/gu;
/** The shortest number that identifies somebody; a date has eight digits. */
const digitsInGroups = 9;
/** Years in a row, an amount, the numbers of a list. */
const harmlessGroups =
  /^(?:(?:19|20)\d{2}(?:\D+(?:19|20)\d{2})*|[1-9]\d{0,2}(?:,\d{3})+|(?:[1-9]\d?\D+){2,}[1-9]\d?)$/u;

/** Letters that are taken for figures: O9123456O7. */
const lookAlikeRun =
  /(?<![\p{L}\p{N}])(?=[OolI\d]*[OolI])(?:[OolI]?\d|\d[OolI]){4,6}[OolI\d]{0,4}(?![\p{L}\p{N}])/gu;

/** Masks numbers of people, papers, accounts, vehicles and dossiers in a text that holds figures. */
export function maskNumbers(text: string): string {
  return text
    .replace(overFigure, '')
    .replace(dossier, masks.dossier)
    .replace(receipt, `$1${masks.dossier}`)
    .replace(plate, masks.plate)
    .replace(certificate, `$1${masks.identity}`)
    .replace(passport, masks.identity)
    .replace(account, `$1${masks.number}`)
    .replace(digitRun, maskNumber)
    .replace(evenGroups, maskGroups)
    .replace(lookAlikeRun, masks.number);
}

function maskGroups(run: string, gap: string): string {
  const digits = run.replace(/\P{Nd}/gu, '');
  const isList = /^[,;]\s/.test(gap) && !run.startsWith('0');
  const isHarmless = isList || harmlessGroups.test(run) || harmlessRun.test(run);
  return digits.length < digitsInGroups || isHarmless ? run : nameNumber(digits);
}

function maskNumber(run: string, offset: number, text: string): string {
  const digits = run.replace(/\P{Nd}/gu, '');
  if (digits.length < digitsInRun) return run;
  const isAmount =
    /^[1-9]/.test(run) &&
    digits.length <= 12 &&
    currency.test(text.slice(offset + run.length, offset + run.length + 8));
  return harmlessRun.test(run) || isAmount ? run : nameNumber(digits);
}

/** What a number is by its digits. */
function nameNumber(digits: string): string {
  if (/^(?:0[2-9]\d{8,9}|84[2-9]\d{8,9})$/.test(digits) && digits.length < 12) return masks.phone;
  return digits.length === 12 || digits.length === 9 ? masks.identity : masks.number;
}
