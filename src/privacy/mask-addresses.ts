import { masks } from './masks.ts';

const number = String.raw`\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)*`;

const houseNumber =
  /((?:số nhà|so nha|nhà số|nha so|địa chỉ|dia chi|đc|ngõ|ngách|hẻm|hem|kiệt)\s*(?:là|la|:)?\s*)(\d+[\p{L}]?(?:\/\d+[\p{L}]?)*(?:\s+(?:đường|duong|phố|pho)?\s*(?:\p{Lu}\p{L}*\s?){1,4})?)/gu;

/** What follows a house's number and no count of things: the end, or a smaller or larger part of the address. */
const afterHouse = String.raw`(?=\s*(?:$|[,.;:!?)\n-]|(?:ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|đường|duong|phố|pho|khu|kp|tổ|to|ấp|ap|thôn|thon|xóm|xom|phường|phuong|xã|xa)(?!\p{L})))`;

/** "nhà 45", "nhà 12b tổ 3"; not "nhà 3 tầng", "nhà 4 người". */
const house = new RegExp(
  String.raw`((?<!\p{L})(?:nhà|nha)\s+)(?:${number}(?![\p{L}\p{N}/.,]\d)(?!\p{L})${afterHouse}|\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)+(?![\p{L}\p{N}]))`,
  'giu',
);

/** "ở 45/7 khu phố 3": a fraction before a part of an address is no date. */
const livingAt = new RegExp(
  String.raw`((?<!\p{L})(?:ở|o|tại|tai)\s+(?:số\s+|so\s+)?)\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)+(?=,?\s+(?:khu|kp|tổ|to|ấp|ap|thôn|thon|xóm|xom|phường|phuong|xã|xa)(?!\p{L}))`,
  'giu',
);

/** "căn hộ 1205", "căn hộ số B-12.05". */
const flat =
  /((?<!\p{L})(?:căn hộ|can ho)\s+(?:số\s+|so\s+)?)[a-z]{0,2}[-. ]?\d{1,4}(?:[-.]\d{1,4})*(?![\p{L}\p{N}])/giu;

/** A parcel and its sheet name one piece of land, and with it its owner. */
const parcel =
  /((?<!\p{L})(?:thửa đất|thua dat|thửa|thua|tờ bản đồ|to ban do)\s+(?:(?:số|so)\s+)?:?\s*)\d{1,5}(?![\p{L}\p{N}])/giu;

/** A house and its street: "số 15 đường Lê Lợi", "27/3A phố huế". */
const street =
  /(?:số\s+|so\s+)?(?<![\p{L}\p{N}./])\d{1,4}[a-z]?(?:\/\d{1,4}[a-z]?)*,?\s+(?:đường|duong|phố|pho)\s+(?:(?:\p{Lu}\p{L}*\s?){1,4}(?!\p{L})|\p{L}+(?:\s\p{L}+)?)/gu;

/** Masks house numbers with their street, flats and parcels of land in a text that holds figures. */
export function maskAddresses(text: string): string {
  return text
    .replace(houseNumber, `$1${masks.address}`)
    .replace(street, masks.address)
    .replace(house, `$1${masks.address}`)
    .replace(livingAt, `$1${masks.address}`)
    .replace(flat, `$1${masks.address}`)
    .replace(parcel, `$1${masks.parcel}`);
}
