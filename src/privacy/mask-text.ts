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
  profile: '[trang cá nhân]',
} as const;

const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;
/** What is drawn over or around a figure: key caps, zalgo. */
const overFigure = /(?<=\p{Nd})\p{M}+/gu;

/** A dot of a domain that is written apart or out stands only before an ending that everybody knows. */
const apartDot = String.raw`\s?(?:\.|\(dot\)|\[dot\]|chấm|cham)\s?(?:com|net|org|vn|edu|gov)(?![\p{L}\p{N}])`;
const email = new RegExp(
  String.raw`[\p{L}\p{N}._%+-]{1,64}\s{0,2}(?:@|\[at\]|\(at\)|(?<=\s)a (?:còng|cong)(?=\s))\s{0,2}[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+|${apartDot})+`,
  'giu',
);

const profile =
  /(?:https?:\/\/)?(?:[a-z]{1,3}\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|tiktok\.com|instagram\.com)\/[^\s]+/giu;

/** 000.25.35.H19-210915-0007 · H19.12 - 240501 - 0001 · PAKN.20200812.0012 */
const dossier =
  /(?<![\p{L}\p{N}])(?:(?:(?:[0-9A-Z]{1,4}\.){1,6}[0-9A-Z]{1,4}|[A-Z]\d{2})\s?-\s?\d{6}\s?-\s?\d{3,6}|PAKN\.\d{8}\.\d{3,6})(?![\p{L}\p{N}])/giu;

/** 60A-123.45 · 60A1 12345 · 59-X1 234.56 · 29LD-123.45 */
const plate = /(?<![\p{L}\p{N}.])\d{2}[\s-]?[A-ZĐ]{1,2}\d?[\s.-]?\d{3}[.\s]?\d{1,2}(?![\p{L}\p{N}])/giu;

const secretName = String.raw`(?:otp|passcode|pass\s?code|password|mật khẩu|mat khau|mk|mã xác (?:thực|nhận)|ma xac (?:thuc|nhan)|mã pin|ma pin)`;
/** Whose or what for: "của tôi", "vneid". */
const secretOf = String.raw`(?:\s+(?:của|cua)\s+\p{L}+|\s+(?:vneid|zalo|facebook|fb|gmail|wifi|app))?`;
/** A code or password that follows its name: "otp 48 29 14", "mật khẩu vneid là abc123", "mk: qwertyui". */
const secret = new RegExp(
  String.raw`(${secretName}${secretOf}\s*)(?:((?:là|la|:|=)?\s*)(?:\d(?:[ .-]?\d){3,9}(?![\p{L}\p{N}])|[\p{L}\p{N}@#$!_-]*\d[\p{L}\p{N}@#$!_-]{2,})|([:=]\s*)[\w@#$!%^&*.-]{6,})`,
  'giu',
);

/** Long runs of digits that identify nobody: a date, a national hotline, 1022 with its area code. */
const harmlessRun =
  /^(?:\d{4}[-.]\d{2}[-.]\d{2}|(?:0?[1-9]|[12]\d|3[01])[.-](?:0?[1-9]|1[0-2])[.-](?:19|20)\d{2}|1[89]00[\s.]?\d{4}|1900[\s.]?\d{2}[\s.]?\d{2}[\s.]?\d{2}|0\d{2,3}[\s.]?1022)$/;

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

/** A passport: C1234567, B 7654321. */
const passport = /(?<![\p{L}\p{N}])(?:[A-Z]\s?|[a-z])\d{7}(?![\p{L}\p{N}])/gu;

/** Numbers of accounts are short at some banks, so the word before them tells. */
const account =
  /((?:stk|số tk|so tk|tài khoản|tai khoan|số thẻ|so the)(?:\s+(?:số|so|là|la|ngân hàng|ngan hang|\p{L}+bank))*\s*:?\s*)\d{6,7}(?!\d)/giu;

const digitWord =
  'không|khong|một|mot|mốt|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|sáu|sau|bảy|bay|bẩy|tám|tam|chín|chin|zero|one|two|three|four|five|six|seven|eight|nine';
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

/** A house and its street: "số 15 đường Lê Lợi", "27/3A phố huế". */
const street =
  /(?:số\s+|so\s+)?(?<![\p{L}\p{N}./])\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)*,?\s+(?:đường|duong|phố|pho)\s+(?:(?:\p{Lu}\p{L}*\s?){1,4}(?!\p{L})|\p{L}+(?:\s\p{L}+)?)/gu;

/** Masks personal data in a citizen's words. Pure; linear in the length of `text`. */
export function maskText(text: string): string {
  let masked = text.normalize('NFKC').replace(invisible, '');
  if (masked.includes('/')) masked = masked.replace(profile, masks.profile);
  if (mayHoldEmail.test(masked)) masked = masked.replace(email, masks.email);
  masked = masked
    .replace(secret, (_secret, name: string, gap = '', sign = '') => `${name}${gap}${sign}${masks.secret}`)
    .replace(spelled, (run) =>
      (run.match(oneDigitWord) ?? []).length < wordsInSpelled ? run : masks.number,
    );
  return maskNames(anyFigure.test(masked) ? maskFigures(masked) : masked);
}

const mayHoldEmail = /@|[[(]at[\])]| a c[oò]ng /iu;
const anyFigure = /\p{Nd}/u;

function maskFigures(text: string): string {
  return text
    .replace(overFigure, '')
    .replace(dossier, masks.dossier)
    .replace(plate, masks.plate)
    .replace(passport, masks.identity)
    .replace(account, `$1${masks.number}`)
    .replace(digitRun, maskNumber)
    .replace(evenGroups, maskGroups)
    .replace(lookAlikeRun, masks.number)
    .replace(houseNumber, `$1${masks.address}`)
    .replace(street, masks.address);
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
