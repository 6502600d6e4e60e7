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
    ['a number cut off by its cell', 'Về diều118/2025/NĐ-CQuy định về gió151/2025/NĐ-CP', ['118/2025/NĐ-CP', '151/2025/NĐ-CP']],
    ['an office behind the number', 'Về diềuNghị định số 210/2025/NĐ-CP của Chính phủLuật 04/2017/QH14', ['210/2025/NĐ-CP', '04/2017/QH14']],
    ['a cell with the number alone', 'Thông tư số 25/2022/TT-BTC ngày 28/4/202225Nghị định 155/2020/NĐ-CP155/2020/NĐ-CP', ['25/2022/TT-BTC', '155/2020/NĐ-CP']],
    ['a cell with number and year', 'Thông tư số 08/2026/TT-BTC ngày 26/01/202608/2026Luật Gió146/2025/QH15', ['08/2026/TT-BTC', '146/2025/QH15']],
    ['a number right behind a word, whatever follows', 'Luật Diều05/2007/QH12- Luật Gió số 05/2007/QH12 sửa bởi Luật số 78/2025/QH1578/2025/QH15', ['05/2007/QH12', '78/2025/QH15']],
    ['a cell with number and year far behind the number', 'Thông tư số 42/2020/TT-BTC quy định về diều.42/2020Nghị định số 46/2020/NĐ-CP46/2020', ['42/2020/TT-BTC', '46/2020/NĐ-CP']],
    ['a resolution of a place', 'Về diều ở tỉnh182/2025/NQ-HĐND Quy định trình tự thả diều16/2026/QĐ-UBND', ['182/2025/NQ-HĐND', '16/2026/QĐ-UBND']],
    ['a title that lost its first word', 'Luật Gió số 143/2025/QH15 ngày 11/12/2025;143/2025/QH15 định số 96/2026/NĐ-CP ngày 31/3/2026;96/2026/NĐ-CP', ['143/2025/QH15', '96/2026/NĐ-CP']],
  ])('parts %s', (_, text, expected) => {
    expect(numbers(text)).toEqual(expected);
  });

  it('keeps the day of a title whose cell holds the number alone', () => {
    expect(parseLegal(`${header}Thông tư số 25/2022/TT-BTC ngày 28/4/202225Luật Gió54/2019/QH14`).value[0]).toMatchObject({
      abstract: 'Thông tư số 25/2022/TT-BTC ngày 28/4/2022',
      issuedOn: '2022-04-28',
    });
  });

  it('keeps the day of a title that is written without a space before it', () => {
    expect(parseLegal(`${header}Thông tư số 53/2025/TT-BCAngày 01/7/2025 về diều.53/2025/TT-BCA`).value).toEqual([
      expect.objectContaining({
        ...{ number: '53/2025/TT-BCA', issuedOn: '2025-07-01' },
        abstract: 'Thông tư số 53/2025/TT-BCAngày 01/7/2025 về diều.',
      }),
    ]);
  });

  it('reads an empty table as nothing, surely', () => {
    expect(parseLegal('Không có thông tin')).toEqual({ value: [], confidence: 1 });
  });
});
