/**
 * Replaces what identifies a person before anything is stored, and leaves what an officer needs to read the question:
 * procedure codes, amounts, numbers of legal documents, dates, hotlines. Masking too much costs a reviewer a detail,
 * masking too little costs a citizen's privacy, so doubtful runs of digits are masked.
 */

/** What a mask stands for; the bracketed words are shown to staff, so they are Vietnamese. */
const masks = {
  email: '[email]',
  phone: '[số điện thoại]',
  identity: '[số giấy tờ]',
  number: '[dãy số]',
  dossier: '[mã hồ sơ]',
  plate: '[biển số]',
  secret: '[mã bí mật]',
  name: '[họ tên]',
  address: '[địa chỉ]',
} as const;

const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;

const email = /[\p{L}\p{N}._%+-]{1,64}\s?(?:@|\[at\]|\(at\))\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;

/** 000.25.35.H19-210915-0007 · H19.12-240501-0001 · PAKN.20200812.0012 */
const dossier =
  /(?<![\p{L}\p{N}])(?:(?:[0-9A-Z]{1,4}\.){1,6}[0-9A-Z]{1,4}-\d{6}-\d{3,6}|[A-Z]\d{2}-\d{6}-\d{3,6}|PAKN\.\d{8}\.\d{3,6})(?![\p{L}\p{N}])/giu;

/** 60A-123.45 · 60A1 12345 · 59-X1 234.56 · 29LD-123.45 */
const plate = /(?<![\p{L}\p{N}.])\d{2}[\s-]?[A-ZĐ]{1,2}\d?[\s.-]?\d{3}[.\s]?\d{1,2}(?![\p{L}\p{N}])/giu;

/** A code or password that follows its name: "otp 123456", "mật khẩu là abc123". */
const secret =
  /((?:otp|passcode|pass\s?code|password|mật khẩu|mat khau|mk|mã xác (?:thực|nhận)|ma xac (?:thuc|nhan)|mã pin|ma pin)(?:\s+(?:của|cua)\s+\p{L}+)?\s*(?:là|la|:|=)?\s*)([\p{L}\p{N}@#$!_-]*\d[\p{L}\p{N}@#$!_-]{2,})/giu;

/** Long runs of digits that identify nobody: a date, a national hotline, 1022 with its area code. */
const harmlessRun =
  /^(?:\d{4}[-.]\d{2}[-.]\d{2}|(?:0?[1-9]|[12]\d|3[01])[.-](?:0?[1-9]|1[0-2])[.-](?:19|20)\d{2}|1[89]00[\s.]?\d{4}|1900[\s.]?\d{2}[\s.]?\d{2}[\s.]?\d{2}|0\d{2,3}[\s.]?1022)$/;

/** What follows an amount of money. */
const currency = /^\s*(?:đồng|dong|vnđ|vnd|đ|k|nghìn|ngàn|triệu|tr|tỷ)(?!\p{L})/iu;

/** A run of digits as people write them: spaces, dots or dashes between groups, often glued to a word ("sdt0912…"). */
const digitRun = /(?<!\d)\+?\d(?:[\s.\-–]{0,2}\d){7,}(?!\d)/gu;

const surnames =
  'nguyễn|nguyen|trần|tran|lê|phạm|pham|hoàng|hoang|huỳnh|huynh|phan|vũ|võ|đặng|dang|bùi|bui|đỗ|hồ|ngô|ngo|dương|duong|lý|đinh|dinh|đoàn|doan|trịnh|trinh|trương|truong|lâm|mai|tô|hà|tạ|châu|quách|thạch|điểu|k’|y';
const surname = new RegExp(`^(?:${surnames})$`, 'iu');

/** Surname and one to four further capitalised words. */
const fullName = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:${surnames})(?=\s))(?:\s+\p{L}[\p{Ll}\p{M}]*){1,4}`,
  'giu',
);
/** Words after which a name is expected even in small letters. */
const namedAs =
  /((?:tên|ten)(?:\s+(?:tôi|toi|em|con|mình|minh|cháu|chau|chồng|chong|vợ|vo|bố|bo|mẹ|me))?(?:\s+(?:là|la))?|(?:tôi|toi|em|mình|minh|con|cháu|chau)\s+(?:tên|ten)(?:\s+(?:là|la))?|(?:tôi|toi|em|mình|minh)\s+(?:là|la)|họ (?:và )?tên|ho (?:va )?ten)(\s*:?\s+)((?:\p{L}+\s*){2,5})/giu;

const houseNumber =
  /((?:số nhà|so nha|nhà số|nha so|địa chỉ|dia chi|đc|ngõ|ngách|hẻm|hem|kiệt)\s*(?:là|la|:)?\s*)(\d+[\p{L}]?(?:\/\d+[\p{L}]?)*(?:\s+(?:đường|duong|phố|pho)?\s*(?:\p{Lu}\p{L}*\s?){1,4})?)/gu;

/** Masks personal data in a citizen's words. Pure; linear in the length of `text`. */
export function maskText(text: string): string {
  let masked = text.normalize('NFKC').replace(invisible, '');
  masked = masked
    .replace(email, masks.email)
    .replace(secret, `$1${masks.secret}`)
    .replace(dossier, masks.dossier);
  masked = masked.replace(plate, masks.plate).replace(digitRun, maskNumber);
  return maskNames(masked.replace(houseNumber, `$1${masks.address}`));
}

function maskNumber(run: string, offset: number, text: string): string {
  const digits = run.replace(/\D/g, '');
  const isAmount =
    /^[1-9]/.test(run) &&
    digits.length <= 12 &&
    currency.test(text.slice(offset + run.length, offset + run.length + 8));
  if (harmlessRun.test(run) || isAmount) return run;
  if (/^(?:0[2-9]\d{8,9}|84[2-9]\d{8,9})$/.test(digits) && digits.length < 12) return masks.phone;
  return digits.length === 12 || digits.length === 9 ? masks.identity : masks.number;
}

function maskNames(text: string): string {
  const named = text.replace(namedAs, (whole, cue: string, gap: string, words: string) => {
    const rest = withoutLeadingName(words);
    return rest === words ? whole : `${cue}${gap}${masks.name}${rest}`;
  });
  return named.replace(fullName, (words) => {
    const length = countCapitalised(words.split(/\s+/));
    return length < 2
      ? words
      : masks.name +
          words
            .split(/(?=\s)/)
            .slice(length)
            .join('');
  });
}

/** What follows a name at the start of `words`: capitalised words, or a surname and up to three more. */
function withoutLeadingName(words: string): string {
  const parts = words.split(/(?=\s)/);
  const capitalised = countCapitalised(parts.map((part) => part.trim()));
  if (capitalised >= 2) return parts.slice(capitalised).join('');
  return surname.test(parts[0] ?? '') && parts.length >= 2 ? parts.slice(4).join('') : words;
}

function countCapitalised(words: readonly string[]): number {
  const first = words.findIndex((word) => !/^\p{Lu}/u.test(word));
  return first === -1 ? words.length : first;
}
