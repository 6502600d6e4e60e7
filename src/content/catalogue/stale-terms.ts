/**
 * Words for what no longer exists. `office` would send a citizen to a place that is gone, so a text with it is not
 * said; `paper` is a document by its old name, which is said with a mark. A mention is not proof of an error: an
 * officer decides.
 */
export interface StaleTerm {
  term: string;
  kind: 'office' | 'paper';
}

interface StalePattern extends StaleTerm {
  pattern: RegExp;
}

/** A letter or mark on either side makes another word of it. */
const word = (text: string, flags = 'iu') =>
  new RegExp(`(?<![\\p{L}\\p{M}])(?:${text})(?![\\p{L}\\p{M}])`, flags);

const patterns: readonly StalePattern[] = [
  { term: 'cấp huyện', kind: 'office', pattern: word('cấp huyện') },
  { term: 'huyện', kind: 'office', pattern: word('(?<!cấp )huyện') },
  { term: 'quận', kind: 'office', pattern: word('quận') },
  { term: 'thị xã', kind: 'office', pattern: word('thị xã') },
  { term: 'thị trấn', kind: 'office', pattern: word('thị trấn') },
  { term: 'thành phố thuộc tỉnh', kind: 'office', pattern: word('thành phố thuộc tỉnh') },
  { term: 'Phòng Tư pháp', kind: 'office', pattern: word('phòng tư pháp') },
  {
    term: 'Sở đã sắp xếp lại',
    kind: 'office',
    pattern: word(
      'Sở (?:Lao động|Thông tin và Truyền thông|Kế hoạch|Tài nguyên|Giao thông|Nông nghiệp và Phát triển)',
    ),
  },
  {
    term: 'Bộ đã sắp xếp lại',
    kind: 'office',
    pattern: word('Bộ (?:Kế hoạch và Đầu tư|Thông tin và Truyền thông|Lao động[ ,–-]+Thương binh và Xã hội)'),
  },
  {
    term: 'cổng của bộ, tỉnh',
    kind: 'office',
    pattern: word('(?:ở|tại|trên|vào|qua) cổng dịch vụ công (?:của )?(?:cấp )?(?:tỉnh|bộ)'),
  },
  {
    term: 'mức độ 3-4',
    kind: 'office',
    pattern: word('(?:dịch vụ công|trực tuyến)[^.;\\n]{0,30}mức độ [34]'),
  },
  { term: 'sổ hộ khẩu', kind: 'office', pattern: word('sổ hộ khẩu|sổ tạm trú') },
  {
    term: 'chứng minh nhân dân',
    kind: 'paper',
    pattern: word('chứng minh nhân dân|chứng minh thư(?: nhân dân)?'),
  },
  { term: 'CMND', kind: 'paper', pattern: word('CMND|CMTND', 'u') },
];

/** The stale terms in a text, each once. */
export function findStaleTerms(text: string): StaleTerm[] {
  return patterns.filter(({ pattern }) => pattern.test(text)).map(({ term, kind }) => ({ term, kind }));
}

/** Whether a text would send someone to what no longer exists. */
export function namesGoneOffice(text: string): boolean {
  return patterns.some(({ kind, pattern }) => kind === 'office' && pattern.test(text));
}

/** Whether a text calls a paper by its old name. */
export function namesOldPaper(text: string): boolean {
  return patterns.some(({ kind, pattern }) => kind === 'paper' && pattern.test(text));
}
