import { namesGoneOffice } from './stale-terms.ts';

const address =
  /https?:\/\/[^\s)"”;,]+|www\.[^\s)"”;,]+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|gov|edu|int|top|xyz|cc|me)\b[^\s)"”;,]*/giu;
const portal = /^(?:https?:\/\/)?(?:www\.)?dichvucong\.gov\.vn(?:[/.:?#]|$)/iu;
const mailbox = /\S@\S+\.\S/u;
const money = /\d[\d.,]*\s*(?:đồng|đ\b|VNĐ|nghìn|ngàn|triệu)/iu;
const council = /Hội đồng nhân dân|HĐND/iu;

/**
 * Whether a piece of a record may be read out: no address but the portal's, no mailbox, no sum that a People's Council
 * set. A dump is somebody else's file, and a wrong link in an official answer is worth much to a swindler.
 */
export function isSafe(text: string): boolean {
  if (mailbox.test(text)) return false;
  if (council.test(text) && money.test(text)) return false;
  return [...text.matchAll(address)].every(([found]) => portal.test(found));
}

/** Whether a whole part must stay unsaid, because it would send people to an office that is gone. */
export function isStale(texts: readonly string[]): boolean {
  return texts.some(namesGoneOffice);
}

/** A rule that began or ended on some day: what held when the page was copied may not hold now. */
export function isDated(text: string): boolean {
  return /(?:trước|từ|kể từ|đến|sau|áp dụng)(?: (?:hết|sau))*(?: ngày)? \d{1,2}(?:[/.-]| tháng )\d{1,2}(?:[/.-]| năm )\d{4}|(?:đến|hết|trong) năm \d{4}/iu.test(
    text,
  );
}

/** One line without bullets, stray marks-up and a closing semicolon. */
export function tidyItem(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/^(?:[-–+*•]+\s*)+/u, '')
    .replace(/[*_`#]+/gu, '')
    .replace(/[\s;,]+$/u, '')
    .trim();
}
