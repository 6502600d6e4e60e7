import { describe, expect, it } from '@jest/globals';
import { parseLegal } from '../../../../src/content/catalogue/parse-legal.ts';

const header = 'Tên văn bản pháp lýMã văn bản';
const numbers = (text: string) => parseLegal(header + text).value.map(({ number }) => number);

describe('the table of the legal basis', () => {
  it('reads number, kind, issuer, abstract and the day beside the own number', () => {
    const { value, confidence } = parseLegal(
      `${header}Thông tư số 1/2026/TT-BTC ngày 5/3/2026 sửa Thông tư số 2/2020/TT-BTC ngày 1/1/20201/2026/TT-BTCLuật Diều99/2020/QH14`,
    );
    expect(confidence).toBe(1);
    expect(value).toEqual([
      {
        number: '1/2026/TT-BTC',
        kind: 'circular',
        issuer: 'BTC',
        abstract: 'Thông tư số 1/2026/TT-BTC ngày 5/3/2026 sửa Thông tư số 2/2020/TT-BTC ngày 1/1/2020',
        issuedOn: '2026-03-05',
      },
      { number: '99/2020/QH14', kind: 'law', issuer: 'QH', abstract: 'Luật Diều', issuedOn: null },
    ]);
  });

  it.each([
    ['a title that is the number', 'Luật 54/2019/QH1454/2019/QH14Thông tư 5/2020/TT-BTP5/2020/TT-BTP', ['54/2019/QH14', '5/2020/TT-BTP']],
    ['a title that ends with a year', 'Luật Diều số 72/2020/QH14 ngày 17 tháng 11 năm 202072/2020/QH14', ['72/2020/QH14']],
    ['a title that ends with what it amends', 'Sửa đổi bởi Nghị định số 7/2025/NĐ-CP280/2025/NĐ-CP', ['280/2025/NĐ-CP']],
    ['a kind in the cell', 'Luật DiềuLuật số 32/2024/QH15quy định khácNghị định số 33/2026/NĐ-CP', ['32/2024/QH15', '33/2026/NĐ-CP']],
    ['a number inside a title', 'Sửa Nghị định 30/2013/NĐ-CP về diều và Nghị định 92/2016/NĐ-CP quy định gió15/2024/NĐ-CP', ['15/2024/NĐ-CP']],
    ['an issuer before capitals', 'Mức thu25/2021/TT-BTCQUY ĐỊNH MỚI26/2021/TT-BCA', ['25/2021/TT-BTC', '26/2021/TT-BCA']],
  ])('parts %s', (_, text, expected) => {
    expect(numbers(text)).toEqual(expected);
  });

  it('reads an empty table as nothing, surely', () => {
    expect(parseLegal('Không có thông tin')).toEqual({ value: [], confidence: 1 });
  });
});
