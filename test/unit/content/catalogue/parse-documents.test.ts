import { describe, expect, it } from '@jest/globals';
import { parseDocuments } from '../../../../src/content/catalogue/parse-documents.ts';

const header = 'Tên giấy tờMẫu đơn, tờ khaiSố lượng';
const items = (text: string) => parseDocuments(text).value.flatMap((one) => one.items);

describe('the tables of papers', () => {
  it('groups rows by case and reads counts', () => {
    expect(
      parseDocuments(`* Phải nộp:${header}Đơn A1 bản chínhGiấy B0 bản chính,2 bản saoTrường hợp ủy quyền${header}Văn bản C1 bản chính`),
    ).toEqual({
      confidence: 1,
      value: [
        {
          title: '* Phải nộp:',
          items: [
            { name: 'Đơn A', originals: 1, copies: 0, forms: [] },
            { name: 'Giấy B', originals: 0, copies: 2, forms: [] },
          ],
        },
        { title: 'Trường hợp ủy quyền', items: [{ name: 'Văn bản C', originals: 1, copies: 0, forms: [] }] },
      ],
    });
  });

  it('leaves counts inside a sentence alone', () => {
    expect(items(`--${header}Hóa đơn (01 bản chính); nộp 02 bản chính tờ khai: 03 bản chính1 bản chính,1 bản sao`)).toEqual([
      { name: 'Hóa đơn (01 bản chính); nộp 02 bản chính tờ khai: 03 bản chính', originals: 1, copies: 1, forms: [] },
    ]);
  });

  it('ends a row at both counts written together, and before a remark that begins with dots', () => {
    const table = `--${header}Đơn A1 bản chính,1 bản sao * Trường hợp B${header}Giấy B1 bản chính...Tài liệu C0 bản chính`;
    expect(parseDocuments(table).value).toEqual([
      { title: null, items: [{ name: 'Đơn A', originals: 1, copies: 1, forms: [] }] },
      {
        title: '* Trường hợp B',
        items: [
          { name: 'Giấy B', originals: 1, copies: 0, forms: [] },
          { name: 'Tài liệu C', originals: 0, copies: 0, forms: [] },
        ],
      },
    ]);
  });

  it.each([
    ['Theo Nghị định ngày 15/4/20261 bản chính', 'Theo Nghị định ngày 15/4/2026', 1],
    ['Đơn theo Mẫu số 182 bản chính', 'Đơn theo Mẫu số 18', 2],
    ['Ảnh chân dung12 bản chính', 'Ảnh chân dung', 12],
  ])('parts the digits of "%s"', (row, name, originals) => {
    expect(items(`--${header}${row}`)).toEqual([{ name, originals, copies: 0, forms: [] }]);
  });

  it('says when the digits could be parted otherwise', () => {
    const { value, confidence } = parseDocuments(`--${header}Giấy CT 101 bản chính`);
    expect(value[0]?.items[0]?.originals).toBeNull();
    expect(confidence).toBeLessThan(1);
  });

  it.each([
    ['Đơn đề nghị của chủ diềuMẫu số 01.docx', 'Đơn đề nghị của chủ diều', ['Mẫu số 01.docx']],
    ['Đơn theo Nghị định 1/2026/NĐ-CPMus03-Phlc.docx', 'Đơn theo Nghị định 1/2026/NĐ-CP', ['Mus03-Phlc.docx']],
    ['Tờ khai (Mẫu A)a.Mẫu A.docMẫu B (1).pdf', 'Tờ khai (Mẫu A)a.', ['Mẫu A.doc', 'Mẫu B (1).pdf']],
    ['Tờ khai (mẫu NA5) ngày 30/6/2023.NA5 (1).doc', 'Tờ khai (mẫu NA5) ngày 30/6/2023.', ['NA5 (1).doc']],
    ['Đơn kinh doanhmẫu số 1.docx', 'Đơn kinh doanh', ['mẫu số 1.docx']],
  ])('parts forms from the name: %s', (row, name, forms) => {
    expect(items(`--${header}${row}1 bản chính`)).toEqual([{ name, originals: 1, copies: 0, forms }]);
  });

  it('reads nothing without a table', () => {
    expect(parseDocuments('); nộp cho cơ quan')).toEqual({ value: [], confidence: 0 });
  });
});
