import { makeBrief } from '../../../../src/content/catalogue/brief.ts';
import type { CatalogueLibrary } from '../../../../src/content/catalogue/catalogue-library.ts';
import { parseProcedure } from '../../../../src/content/catalogue/parse-procedure.ts';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toDumpRecord, type DumpRecord } from '../../../../src/content/catalogue/dump-record.ts';

/** A crawled record of an invented procedure, its page put together the way the portal lays pages out. */
export function aRecord(filled: Partial<DumpRecord> = {}): DumpRecord {
  const record = {
    ma_thu_tuc: '9.000001',
    ten_thu_tuc: 'Thủ tục cấp giấy phép thả diều',
    detail_url: 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/0000-kite',
    so_quyet_dinh: '1/QĐ-BXX',
    cap_thuc_hien: 'Cấp tỉnh, Cấp xã',
    loai_thu_tuc: 'Loại khác',
    linh_vuc: 'Vui chơi',
    doi_tuong_thuc_hien: 'Công dân Việt Nam, Cán bộ, công chức, viên chức',
    trinh_tu_thuc_hien: 'Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.',
    cach_thuc_thuc_hien:
      'Hình thức nộpThời gianPhí, lệ phíMô tảTrực tuyến3 Ngày làm việcMiễn phíTrực tiếp3 Ngày làm việcMiễn phí',
    thanh_phan_ho_so: '--Tên giấy tờMẫu đơn, tờ khaiSố lượngĐơn xin thả diềuMẫu số 01.docx1 bản chính',
    can_cu_phap_ly: 'Tên văn bản pháp lýMã văn bảnLuật Diều99/2020/QH14',
    co_quan_thuc_hien: 'Ủy ban nhân dân cấp xã',
    yeu_cau_dieu_kien: 'Không có thông tin',
    ket_qua_xu_ly: 'Giấy phép thả diềuMã: KQ.G99.000001Từ khóaKhông có thông tinMô tảKhông có thông tin',
    ...filled,
  };
  return toDumpRecord({ ...record, raw_text: filled.raw_text ?? aPage(record) }) as DumpRecord;
}

function aPage(record: Partial<DumpRecord>): string {
  return [
    `${record.ten_thu_tuc}Tên thủ tục${record.ten_thu_tuc}Mã thủ tục${record.ma_thu_tuc}Số quyết định${record.so_quyet_dinh}`,
    `Trình Tự Thực Hiện${record.trinh_tu_thuc_hien}Cách Thức Thực Hiện${record.cach_thuc_thuc_hien}`,
    `Thành phần hồ sơ${record.thanh_phan_ho_so}Căn cứ pháp lý${record.can_cu_phap_ly}`,
    `Cơ quan thực hiện${record.co_quan_thuc_hien}Yêu cầu, điều kiện thực hiện${record.yeu_cau_dieu_kien}`,
    `Kết quả xử lý${record.ket_qua_xu_ly}`,
  ].join('');
}

/** Writes lines (records, or raw text for broken ones) to a file of its own; `.gz` when asked. */
export async function writeDump(
  lines: readonly (DumpRecord | string | Buffer)[],
  options: { gzip?: boolean } = {},
): Promise<string> {
  const bytes = Buffer.concat(
    lines.flatMap((line) => [
      Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
      Buffer.from('\n'),
    ]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'tthc-dump-'));
  const path = join(folder, options.gzip === true ? 'dump.jsonl.gz' : 'dump.jsonl');
  await writeFile(path, options.gzip === true ? gzipSync(bytes) : bytes);
  return path;
}

/** A catalogue of these records, of a dump of 2026-07-20. */
export function aCatalogue(records: readonly DumpRecord[]): CatalogueLibrary {
  const briefs = new Map(
    records.map((record) => [record.ma_thu_tuc, makeBrief(parseProcedure(record).procedure)] as const),
  );
  return {
    version: 'test',
    dumpDate: '2026-07-20',
    dateGiven: true,
    size: briefs.size,
    list: () => [...briefs.values()],
    read: (code) => briefs.get(code),
  };
}
