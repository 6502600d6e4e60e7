import { maskAddresses } from './mask-addresses.ts';
import { maskBirthdays } from './mask-birthdays.ts';
import { maskNumbers } from './mask-figures.ts';
import { maskNames } from './mask-names.ts';
import { digitWord, masks } from './masks.ts';

/**
 * Replaces what identifies a person before anything is stored, and leaves what an officer needs to read the question:
 * procedure codes, amounts, numbers of legal documents, dates, hotlines, places. Masking too much costs a reviewer a
 * detail, masking too little costs a citizen's privacy, so doubtful runs of digits are masked. docs/security.md says what
 * was decided for each kind.
 */

const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;

const providers = 'gmail|yahoo|hotmail|outlook|icloud';
/** A dot of a domain that is written apart or out stands only before an ending that everybody knows. */
const apartDot = String.raw`\s?(?:\.|\(dot\)|\[dot\]|chấm|cham)\s?(?:com|net|org|vn|edu|gov)(?![\p{L}\p{N}])`;
const email = new RegExp(
  String.raw`[\p{L}\p{N}._%+-]{1,64}\s{0,2}(?:@|\[at\]|\(at\)|(?<=\s)a (?:còng|cong)(?=\s))\s{0,2}(?:[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+|${apartDot})+|(?:${providers})(?![\p{L}\p{N}]))`,
  'giu',
);
/** The sign left out: "nguyenvana gmail com". */
const emailWithoutSign = new RegExp(
  String.raw`[\p{L}\p{N}._%+-]{3,64}\s(?:${providers})\s?(?:\.|\s|chấm|cham)\s?com(?![\p{L}\p{N}])`,
  'giu',
);
/** An account's name: "@nguyenvanan". */
const handle = /(?<![^\s(,;:])@[\p{L}\p{N}._]{3,64}/gu;

const profile =
  /(?:https?:\/\/)?(?:[a-z]{1,3}\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|tiktok\.com|instagram\.com)\/[^\s]+/giu;

const secretName = String.raw`(?:otp|passcode|pass\s?code|password|mật khẩu|mat khau|mk|mã xác (?:thực|nhận)|ma xac (?:thuc|nhan)|mã pin|ma pin)`;
/** Whose or what for: "của tôi", "vneid". */
const secretOf = String.raw`(?:\s+(?:của|cua)\s+\p{L}+|\s+(?:vneid|zalo|facebook|fb|gmail|wifi|app))?`;
/** A code or password that follows its name: "otp 48 29 14", "mật khẩu vneid là abc123", "mk: qwertyui". */
const secret = new RegExp(
  String.raw`(${secretName}${secretOf}\s*)(?:((?:là|la|:|=)?\s*)(?:\d(?:[ .-]?\d){3,9}(?![\p{L}\p{N}])|[\p{L}\p{N}@#$!_-]*\d[\p{L}\p{N}@#$!_-]{2,})|([:=]\s*)[\w@#$!%^&*.-]{6,})`,
  'giu',
);
/** The same read out: "mã otp là ba bảy hai chín", figures among the words or not; "otp gửi hai ba lần" is no code. */
const secretReadOut = new RegExp(
  String.raw`(${secretName}${secretOf}(?:\s+(?:sáu|sau|6|bốn|bon|4)\s+số|\s+(?:số|so))?\s*(?:là|la|:|=)?\s*)(?:(?:${digitWord}|\d)[\s,.;-]{1,3}){3,9}(?:${digitWord}|\d)(?![\p{L}\p{N}])`,
  'giu',
);

/**
 * A number that is read out: "không chín một hai ba bốn năm sáu", figures among the words or not. Seven such words in a
 * row mean nothing else.
 */
const spelled = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:${digitWord})[\s,.;-]{1,3}|\d{1,4}[\s,.;-]{1,3}){6,}(?:${digitWord}|\d{1,4})(?![\p{L}\p{N}])`,
  'giu',
);
const oneDigitWord = new RegExp(String.raw`(?<!\p{L})(?:${digitWord})(?!\p{L})`, 'giu');
const wordsInSpelled = 3;

/** Masks personal data in a citizen's words. Pure; linear in the length of `text`. */
export function maskText(text: string): string {
  let masked = text.normalize('NFKC').replace(invisible, '');
  if (masked.includes('/')) masked = masked.replace(profile, masks.profile);
  if (mayHoldEmail.test(masked)) {
    masked = masked
      .replace(email, masks.email)
      .replace(emailWithoutSign, masks.email)
      .replace(handle, masks.profile);
  }
  if (mayHoldSecret.test(masked)) {
    masked = masked
      .replace(secretReadOut, `$1${masks.secret}`)
      .replace(secret, (_secret, name: string, gap = '', sign = '') => `${name}${gap}${sign}${masks.secret}`);
  }
  masked = masked.replace(spelled, (run) =>
    (run.match(oneDigitWord) ?? []).length < wordsInSpelled ? run : masks.number,
  );
  if (mayHoldBirthday.test(masked)) masked = maskBirthdays(masked);
  return maskNames(anyFigure.test(masked) ? maskAddresses(maskNumbers(masked)) : masked);
}

const mayHoldEmail = /@|[[(]at[\])]| a c[oò]ng |gmail|yahoo|hotmail|outlook|icloud/iu;
const mayHoldSecret = new RegExp(secretName, 'iu');
const mayHoldBirthday = /sinh|sn|ntns|dob|born/iu;
const anyFigure = /\p{Nd}/u;
