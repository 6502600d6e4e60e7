import { z } from 'zod';

/** Longest field that is read, in characters; the longest page seen has 69,000. */
const fieldLimit = 300_000;

/** Everything that a page must not bring into an answer: controls, direction marks, invisible and private characters. */
const unwanted =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uE000-\uF8FF\uFEFF\uFFF9-\uFFFD]/gu;

const field = z
  .string()
  .max(fieldLimit)
  .default('')
  .transform((text) =>
    text
      .toWellFormed()
      .normalize('NFC')
      .replace(/\r\n?/gu, '\n')
      .replace(unwanted, '')
      .replace(/\u00A0/gu, ' ')
      .trim(),
  );

/** One line of a dump, by the crawler's names; what else a line holds is left out. Missing fields read as empty. */
const dumpRecord = z.object({
  ma_thu_tuc: field,
  ten_thu_tuc: field,
  detail_url: field,
  so_quyet_dinh: field,
  cap_thuc_hien: field,
  loai_thu_tuc: field,
  linh_vuc: field,
  doi_tuong_thuc_hien: field,
  co_quan_co_tham_quyen: field,
  dia_chi_tiep_nhan: field,
  co_quan_duoc_uy_quyen: field,
  co_quan_phoi_hop: field,
  thu_tuc_lien_quan: field,
  trinh_tu_thuc_hien: field,
  cach_thuc_thuc_hien: field,
  thanh_phan_ho_so: field,
  can_cu_phap_ly: field,
  co_quan_thuc_hien: field,
  yeu_cau_dieu_kien: field,
  ket_qua_xu_ly: field,
  raw_text: field,
  _ministry: field,
});

export type DumpRecord = z.infer<typeof dumpRecord>;

/** A value of a dump's line as a record, cleaned; undefined when it has another shape. */
export function toDumpRecord(value: unknown): DumpRecord | undefined {
  const parsed = dumpRecord.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
