import { dumpWords } from './dump-words.ts';
import type { DumpRecord } from './dump-record.ts';

/** The parts of a page that hold free text or tables, without their headings. */
export interface PageParts {
  steps: string;
  ways: string;
  documents: string;
  legal: string;
  agencies: string;
  conditions: string;
  results: string;
  /** Whether the crawler had cut the page elsewhere and the cut was made anew. */
  recut: boolean;
}

const { headings, waysHeader, documentsHeader, legalHeader, nothing } = dumpWords;

/**
 * Cuts a page into its parts. The crawler cut at the first occurrence of a heading, also when the steps merely mention
 * one ("theo mục Thành phần hồ sơ"), which put half the page into the wrong field; here a heading counts only where
 * its table begins. A page that cannot be cut keeps the crawler's fields.
 */
export function splitPage(record: DumpRecord): PageParts {
  const crawled = {
    steps: record.trinh_tu_thuc_hien,
    ways: record.cach_thuc_thuc_hien,
    documents: record.thanh_phan_ho_so,
    legal: record.can_cu_phap_ly,
    agencies: record.co_quan_thuc_hien,
    conditions: record.yeu_cau_dieu_kien,
    results: record.ket_qua_xu_ly,
  };
  const cut = cutPage(record.raw_text);
  if (cut === undefined) return { ...crawled, recut: false };
  const keys = Object.keys(crawled) as (keyof typeof crawled)[];
  const recut = keys.some((key) => dropTail(cut[key]) !== dropTail(crawled[key]));
  return { ...cut, recut };
}

function cutPage(page: string): Omit<PageParts, 'recut'> | undefined {
  const stepsAt = page.indexOf(headings.steps);
  const waysAt = page.indexOf(headings.ways + waysHeader);
  const legalAt = Math.max(
    page.lastIndexOf(headings.legal + legalHeader),
    page.lastIndexOf(headings.legal + nothing),
  );
  if (stepsAt < 0 || waysAt < stepsAt || legalAt < waysAt) return undefined;
  const table = page.indexOf(documentsHeader, waysAt);
  const documentsAt = firstHeading(page, waysAt, table < 0 || table > legalAt ? legalAt : table);
  const agenciesAt = page.indexOf(headings.agencies, legalAt);
  const conditionsAt = page.indexOf(headings.conditions, agenciesAt);
  if (documentsAt < 0 || agenciesAt < 0 || conditionsAt < 0) return undefined;
  const resultsAt = page.indexOf(headings.results, conditionsAt);
  const between = (from: number, heading: string, to: number) => page.slice(from + heading.length, to).trim();
  return {
    steps: between(stepsAt, headings.steps, waysAt),
    ways: between(waysAt, headings.ways, documentsAt),
    documents: between(documentsAt, headings.documents, legalAt),
    legal: between(legalAt, headings.legal, agenciesAt),
    agencies: between(agenciesAt, headings.agencies, conditionsAt),
    conditions: dropTail(between(conditionsAt, headings.conditions, resultsAt < 0 ? page.length : resultsAt)),
    results: resultsAt < 0 ? '' : dropTail(between(resultsAt, headings.results, page.length)),
  };
}

/** Where the documents begin: the first heading that no space or letter sets into a sentence, else the last. */
function firstHeading(page: string, from: number, to: number): number {
  for (
    let at = page.indexOf(headings.documents, from);
    at >= 0 && at < to;
    at = page.indexOf(headings.documents, at + 1)
  ) {
    const before = page[at - 1] ?? '';
    const next = page[at + headings.documents.length] ?? '';
    if (!/[\s(“"]/u.test(before) && next !== ' ') return at;
  }
  return page.lastIndexOf(headings.documents, to);
}

/** Drops what follows the last part: keywords, and the form by which the portal starts a file. */
function dropTail(text: string): string {
  const at = text.indexOf(headings.keywords + nothing);
  const end = at >= 0 ? at : /Từ khóa(?=[^\s])/u.exec(text)?.index;
  return (end === undefined ? text : text.slice(0, end)).trim();
}
