import { masks } from './masks.ts';

const surnames =
  'nguyễn|nguyen|trần|tran|lê|phạm|pham|hoàng|hoang|huỳnh|huynh|phan|vũ|võ|đặng|dang|bùi|bui|đỗ|hồ|ngô|ngo|dương|duong|lý|đinh|dinh|đoàn|doan|trịnh|trinh|trương|truong|lâm|mai|tô|hà|tạ|châu|quách|thạch|điểu|y';
/** Those that are no other word, in small letters either. */
const plainSurname =
  /^(?:nguyễn|nguyen|trần|tran|lê|phạm|pham|huỳnh|huynh|phan|vũ|võ|đặng|bùi|bui|ngô|ngo|đinh|dinh|trịnh|trinh|trương|truong)$/iu;

/** Places that begin like a name; what is asked about them needs them. */
const places =
  /^(?:Hà (?:Nội|Giang|Tĩnh|Nam|Tây|Tiên|Đông|Long)|Lâm (?:Đồng|Hà)|Hồ Chí Minh|Hồ Tây|Hoàng (?:Sa|Mai|Liên Sơn)|Phan (?:Thiết|Rang|Rí)|Lý Sơn|Vũ (?:Quang|Thư)|Mai Châu|Châu (?:Đốc|Đức|Thành|Phú|Âu|Á|Phi|Mỹ)|Dương Minh Châu|Y tế)(?!\p{L})/iu;
/** Before the name of a street, a school or an office that is called after somebody. */
const calledAfter =
  /(?:đường|duong|phố|pho|trường|truong|phường|phuong|xã|xa|quận|quan|huyện|huyen|thành phố|thanh pho|tp|chợ|cho|cầu|cau|công viên|cong vien|bệnh viện|benh vien|khu phố|thôn|ấp|THCS|THPT|tiểu học|mầm non)\.?\s+$/iu;

/** Surname and one to four further capitalised words, a house's number before it or not. */
const fullName = new RegExp(
  String.raw`(?<![\p{L}\p{N}/])(?<house>(?:(?:số|so)\s+)?(?:\d{1,3}[a-z]?|\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)+)\s+)?(?<![\p{L}\p{N}])(?<name>(?:(?:${surnames})(?=\s))(?:\s+\p{L}[\p{Ll}\p{M}]*){1,4})`,
  'giu',
);

/** A name in small letters: a surname and "thị" or "văn" are nothing else, both with their marks or both without. */
const smallName =
  /(?<!\p{L})(?:(?:nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|đinh|đoàn|trịnh|trương|lâm|hà|tạ|mai)\s+(?:thị|văn)|(?:nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|ngo|trinh|truong)\s+(?:thi|van))\s+(\p{L}+)(?:\s+(\p{L}+))?/giu;
/** Words that go on with the sentence and are no part of a name in small letters. */
const goesOn =
  /^(?:chết|chet|mất|mat|muốn|muon|hỏi|hoi|ở|o|sinh|sn|đã|da|bị|bi|có|co|là|la|cần|can|xin|làm|lam|và|va|với|voi|cho|ạ|nhé|nhe|tại|tai|thì|thi|được|duoc|đi|di|về|ve|không|khong|chưa|chua|rồi|roi|năm|nam|nhưng|mà|ma|của|cua|trong|trên|hiện|đang|dang|sai|thành|thanh|bằng)$/iu;

/** A name of the peoples of the highlands: K'Brơi, H’Hen Niê. */
const highlandName = /(?<![\p{L}\p{N}])[KkHh]['’]\s?\p{L}{2,}(?:\s+\p{Lu}[\p{Ll}\p{M}]+)*/gu;

/** Words after which a name is expected even in small letters. */
const namedAs =
  /((?:tên|ten)(?:\s+(?:tôi|toi|em|con|mình|minh|cháu|chau|chồng|chong|vợ|vo|bố|bo|mẹ|me))?(?:\s+(?:là|la))?|(?:tôi|toi|em|mình|minh|con|cháu|chau)\s+(?:tên|ten)(?:\s+(?:là|la))?|(?:tôi|toi|em|mình|minh)\s+(?:là|la)|họ (?:và )?tên|ho (?:va )?ten)(\s*:?\s+)((?:\p{L}+\s*){2,5})/giu;

/**
 * One name alone, told by its capital, after "tên" or "tôi là": "em tên Lan", "tôi là Hùng ở tổ 5". In small letters it
 * cannot be told from what else is asked about names, and thousands have it.
 */
const givenName =
  /((?<!\p{L})(?:(?:[Tt]ên|[Tt]en)(?:\s+(?:tôi|toi|em|con|mình|minh|cháu|chau|chồng|chong|vợ|vo|bố|bo|mẹ|me))?(?:\s+(?:là|la))?|(?:[Tt]ôi|[Tt]oi|[Ee]m|[Mm]ình|[Mm]inh|[Cc]háu|[Cc]hau)\s+(?:là|la))\s*:?\s+)(\p{Lu}\p{Ll}+)(?!\p{L})/gu;
/** Other things that a capital begins: "tên Zalo của tôi", "tên Công an phường". */
const noName =
  /^(?:zalo|facebook|fb|vneid|google|gmail|công|trung|ủy|uỷ|ban|sở|việt|tiếng|trường|đường|phường|xã|tên)$/iu;
/** What somebody is, with a capital that honours it: "tôi là Đảng viên". */
const role =
  /^(?:chủ|công|cán|giáo|bộ|sinh|học|đảng|hộ|dân|việt|cựu|thương|đại|nhân|tổ|trưởng|giám|trợ|bác|kế|luật|thanh|hội|phó|bí|chánh|đoàn|phụ)$/iu;

const mayHoldSmallName = /\sth[iị]\s|\sv[aă]n\s/iu;
const mayHoldNamed = /t[eê]n|l[aà]/iu;

/** Masks names of people. */
export function maskNames(text: string): string {
  let masked = text;
  const isNamed = mayHoldNamed.test(masked);
  if (isNamed) {
    masked = masked.replace(namedAs, (whole, cue: string, gap: string, words: string) => {
      const rest = withoutLeadingName(words);
      return rest === words ? whole : `${cue}${gap}${masks.name}${rest}`;
    });
  }
  masked = masked.replace(fullName, (whole: string, ...parts: unknown[]) => maskFullName(whole, parts));
  if (isNamed) masked = masked.replace(givenName, maskGivenName);
  if (mayHoldSmallName.test(masked)) {
    masked = masked.replace(smallName, (_whole, _first: string, second: string | undefined) =>
      second !== undefined && goesOn.test(second) ? `${masks.name} ${second}` : masks.name,
    );
  }
  return /['’]/.test(masked) ? masked.replace(highlandName, masks.name) : masked;
}

function maskGivenName(whole: string, cue: string, name: string): string {
  return noName.test(name) || role.test(name) ? whole : `${cue}${masks.name}`;
}

function maskFullName(whole: string, parts: readonly unknown[]): string {
  const groups = parts.at(-1) as { house?: string; name: string };
  const text = parts.at(-2) as string;
  const offset = parts.at(-3) as number;
  const { house = '', name } = groups;
  const before = text.slice(Math.max(0, offset - 20), offset);
  const words = name.split(/(?=\s)/);
  const length = countCapitalised(words.map((word) => word.trim()));
  if (length < 2) return whole;
  const rest = words.slice(length).join('');
  if (places.test(name)) return whole;
  if (calledAfter.test(before + house)) return whole;
  // "ngày 12/3 Nguyễn Văn An nộp" is no address.
  if (
    house !== '' &&
    !/(?:ngày|ngay|hôm|hom|từ|tu|đến|den|lúc|luc|năm|nam|điều|khoản|tháng|thang)\s+$/iu.test(before)
  ) {
    return masks.address + rest;
  }
  return house + masks.name + rest;
}

/** What follows a name at the start of `words`: capitalised words, or a surname and up to three more. */
function withoutLeadingName(words: string): string {
  const parts = words.split(/(?=\s)/);
  const first = parts[0] ?? '';
  const capitalised = countCapitalised(parts.map((part) => part.trim()));
  if (capitalised >= 2)
    return places.test(words) || role.test(first) ? words : parts.slice(capitalised).join('');
  return plainSurname.test(first) && parts.length >= 2 ? parts.slice(4).join('') : words;
}

function countCapitalised(words: readonly string[]): number {
  const first = words.findIndex((word) => !/^\p{Lu}/u.test(word));
  return first === -1 ? words.length : first;
}
