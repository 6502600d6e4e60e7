import { digitWord, masks } from './masks.ts';

/**
 * Words after which a date is the day of somebody's birth. The year stays: it decides what a procedure asks for (first
 * identity card, pension) and identifies nobody without the day.
 */
const birth =
  '(?:ngày tháng năm sinh|ngay thang nam sinh|ngày sinh|ngay sinh|sinh nhật|sinh nhat|sinh vào|sinh vao|sinh ngày|sinh ngay|sinh hôm|sinh hom|sinh|ntns|sn|dob|born on|born)';

/** "sinh ngày 12/3/1985", "sn 1-2-90", "ngày sinh: 01.02", "sinh 12 tháng 3 năm 1985". */
const inFigures = new RegExp(
  String.raw`((?<!\p{L})${birth}\s*(?:là|la|vào|vao|ngày|ngay|hôm|hom)?\s*:?\s*)(?:0?[1-9]|[12]\d|3[01])(?:\s?[-/.]\s?(?:0?[1-9]|1[0-2])(?!\d)|\s(?:tháng|thang)\s(?:0?[1-9]|1[0-2])(?!\d))`,
  'giu',
);

const tens = 'mười|muoi|mươi|hăm|ham|ba mươi|ba muoi';
/** "sinh ngày mười hai tháng ba", figures and words mixed. */
const inWords = new RegExp(
  String.raw`((?<!\p{L})${birth}\s+(?:(?:ngày|ngay|hôm|hom|mùng|mung|mồng|mong)\s+){0,2})(?:(?:${digitWord}|${tens})\s+){1,3}(?:tháng|thang)\s+(?:\d{1,2}|(?:${digitWord}|${tens}|giêng|gieng|chạp|chap)(?:\s+(?:một|mot|hai))?)(?![\p{L}\p{N}])`,
  'giu',
);

/** Masks day and month of births in a text. */
export function maskBirthdays(text: string): string {
  return text.replace(inFigures, `$1${masks.birthday}`).replace(inWords, `$1${masks.birthday}`);
}
