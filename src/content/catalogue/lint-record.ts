import type { DumpRecord } from './dump-record.ts';
import { dumpWords, isNothing } from './dump-words.ts';
import type { CatalogueProcedure } from './procedure.ts';
import type { PageParts } from './split-page.ts';
import { findStaleTerms } from './stale-terms.ts';

/** Why a record is not taken. */
export type RefusalReason =
  'missing-code' | 'bad-code' | 'missing-name' | 'code-mismatch' | 'duplicate-code' | 'no-content';

/** What an officer should look at; the record is taken all the same. `detail` names terms or fields. */
export interface CatalogueWarning {
  code:
    'stale-term' | 'local-fee' | 'low-confidence' | 'page-recut' | 'link-outside-portal' | 'unverified-code';
  detail: string;
}

const codeForm = /^\d{1,2}\.\d{6}$/u;
const printedCode = new RegExp(
  `${dumpWords.headings.code}\\s*([\\d.]+?)\\s*${dumpWords.headings.decision}`,
  'u',
);

/** Below this a table is not read out to anybody. */
export const trustedFrom = 0.5;

/**
 * Why a record must be refused, if it must. A crawler that was sent to another page stores that page under the code it
 * asked for, so the code printed on the page decides.
 * @param taken codes of the records taken before
 */
export function findRefusal(record: DumpRecord, taken: ReadonlySet<string>): RefusalReason | undefined {
  if (record.ma_thu_tuc === '') return 'missing-code';
  if (!codeForm.test(record.ma_thu_tuc)) return 'bad-code';
  if (isNothing(record.ten_thu_tuc)) return 'missing-name';
  const printed = printedCode.exec(record.raw_text)?.[1];
  if (printed !== undefined && printed !== record.ma_thu_tuc) return 'code-mismatch';
  if (taken.has(record.ma_thu_tuc)) return 'duplicate-code';
  const content = [record.trinh_tu_thuc_hien, record.cach_thuc_thuc_hien, record.thanh_phan_ho_so];
  return content.every(isNothing) ? 'no-content' : undefined;
}

/** What is doubtful about a record that was taken. */
export function findWarnings(
  record: DumpRecord,
  procedure: CatalogueProcedure,
  parts: PageParts,
): CatalogueWarning[] {
  const warnings: CatalogueWarning[] = [];
  // Titles of the legal basis are history and name what they abolished; everything else speaks of today.
  const today = [
    record.ten_thu_tuc,
    parts.steps,
    parts.ways,
    parts.documents,
    parts.agencies,
    record.co_quan_co_tham_quyen,
    record.dia_chi_tiep_nhan,
    parts.conditions,
    parts.results,
  ].join('\n');
  const stale = findStaleTerms(today);
  if (stale.length > 0)
    warnings.push({ code: 'stale-term', detail: stale.map(({ term }) => term).join(', ') });
  if (procedure.localFee) warnings.push({ code: 'local-fee', detail: '' });
  const doubtful = (['ways', 'documents', 'legal'] as const).filter(
    (part) => procedure[part].confidence < trustedFrom,
  );
  if (doubtful.length > 0) warnings.push({ code: 'low-confidence', detail: doubtful.join(', ') });
  if (parts.recut) warnings.push({ code: 'page-recut', detail: '' });
  if (procedure.link === null) warnings.push({ code: 'link-outside-portal', detail: '' });
  if (!printedCode.test(record.raw_text)) warnings.push({ code: 'unverified-code', detail: '' });
  return warnings;
}
