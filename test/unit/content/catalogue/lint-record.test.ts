import { describe, expect, it } from '@jest/globals';
import type { DumpRecord } from '../../../../src/content/catalogue/dump-record.ts';
import { findRefusal, findWarnings } from '../../../../src/content/catalogue/lint-record.ts';
import { parseProcedure } from '../../../../src/content/catalogue/parse-procedure.ts';
import { aRecord } from './dump-fixture.ts';

const warningsOf = (filled: Partial<DumpRecord>) => {
  const record = aRecord(filled);
  const { procedure, parts } = parseProcedure(record);
  return findWarnings(record, procedure, parts);
};

describe('judging a record', () => {
  it('takes a sound one without a word', () => {
    expect(findRefusal(aRecord(), new Set())).toBeUndefined();
    expect(warningsOf({})).toEqual([]);
  });

  it.each([
    ['missing-code', { ma_thu_tuc: '' }],
    ['bad-code', { ma_thu_tuc: '1.23; drop' }],
    ['missing-name', { ten_thu_tuc: 'Không có thông tin' }],
    ['code-mismatch', { raw_text: 'Tên thủ tụcKhácMã thủ tục9.999999Số quyết định1/QĐ' }],
    ['no-content', { trinh_tu_thuc_hien: '', cach_thuc_thuc_hien: '--', thanh_phan_ho_so: 'Không có thông tin' }],
  ] as const)('refuses: %s', (reason, filled) => {
    expect(findRefusal(aRecord(filled), new Set())).toBe(reason);
  });

  it('refuses a code that was taken before', () => {
    expect(findRefusal(aRecord(), new Set(['9.000001']))).toBe('duplicate-code');
  });

  it('warns of what is gone, but not in titles of laws', () => {
    expect(warningsOf({ trinh_tu_thuc_hien: 'Nộp tại UBND cấp huyện, mang CMND.' })).toEqual([
      { code: 'stale-term', detail: 'cấp huyện, CMND' },
    ]);
    expect(warningsOf({ can_cu_phap_ly: 'Tên văn bản pháp lýMã văn bảnBãi bỏ sổ hộ khẩu1/2022/NĐ-CP' })).toEqual([]);
    expect(warningsOf({ trinh_tu_thuc_hien: 'Huấn luyện viên, quân nhân, thị trường.' })).toEqual([]);
  });

  it('warns of a fee left to a People’s Council and of a link elsewhere', () => {
    const ways = 'Hình thức nộpThời gianPhí, lệ phíMô tảTrực tiếp3 NgàyMiễn phí(Mức lệ phí do Hội đồng nhân dân tỉnh quyết định)';
    expect(warningsOf({ cach_thuc_thuc_hien: ways })).toEqual([{ code: 'local-fee', detail: '' }]);
    expect(warningsOf({ detail_url: 'https://dichvucong.gov.vn.example.com/x' })).toEqual([
      { code: 'link-outside-portal', detail: '' },
    ]);
  });

  it('cuts a page anew that the crawler cut at a mention', () => {
    const record = aRecord({ trinh_tu_thuc_hien: 'Lập hồ sơ theo mục 5 (Thành phần hồ sơ) và nộp.' });
    const crawled = { ...record, trinh_tu_thuc_hien: 'Lập hồ sơ theo mục 5 (', thanh_phan_ho_so: ') và nộp.' };
    const { procedure, parts } = parseProcedure(crawled);
    expect(parts.recut).toBe(true);
    expect(procedure.steps).toBe('Lập hồ sơ theo mục 5 (Thành phần hồ sơ) và nộp.');
    expect(procedure.documents.value[0]?.items).toHaveLength(1);
  });

  it('reads lists, levels and results', () => {
    const { procedure } = parseProcedure(aRecord());
    expect(procedure).toMatchObject({
      commune: true,
      levels: ['Cấp tỉnh', 'Cấp xã'],
      audience: ['Công dân Việt Nam', 'Cán bộ, công chức, viên chức'],
      results: ['Giấy phép thả diều'],
      conditions: '',
    });
  });
});
