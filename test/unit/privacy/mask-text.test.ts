import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskText } from '../../../src/privacy/mask-text.ts';

describe('maskText', () => {
  it.each([
    ['cccd của tôi 079123456789 nhé', 'cccd của tôi [số giấy tờ] nhé'],
    ['cmnd 271234567', 'cmnd [số giấy tờ]'],
    ['gọi 0912 345 678 giúp em', 'gọi [số điện thoại] giúp em'],
    ['gọi 0912.345.678', 'gọi [số điện thoại]'],
    ['sdt0912345678nhe', 'sdt[số điện thoại]nhe'],
    ['+84 912 345 678', '[số điện thoại]'],
    ['số bhxh 7912345678', 'số bhxh [dãy số]'],
    ['stk 1903 4567 8901 23 techcombank', 'stk [dãy số] techcombank'],
    ['mail an.nguyen+1@gmail.com', 'mail [email]'],
    ['xe 60A-123.45 của vợ', 'xe [biển số] của vợ'],
    ['xe 60b1 12345', 'xe [biển số]'],
    ['hồ sơ H19.12-240501-0001 tới đâu rồi', 'hồ sơ [mã hồ sơ] tới đâu rồi'],
    ['hs 000.25.35.H19-210915-0007', 'hs [mã hồ sơ]'],
    ['otp 482913', 'otp [mã bí mật]'],
    ['mật khẩu là abc12345', 'mật khẩu là [mã bí mật]'],
    ['tôi tên là Nguyễn Văn An muốn hỏi', 'tôi tên là [họ tên] muốn hỏi'],
    ['toi ten nguyen van an', 'toi ten [họ tên]'],
    ['cho bà Trần Thị Bưởi hỏi', 'cho bà [họ tên] hỏi'],
    ['số nhà 12/3 Lê Lợi', 'số nhà [địa chỉ]'],
    ['０９１２３４５６７８', '[số điện thoại]'],
    ['09\u200b12345678', '[số điện thoại]'],
    ['số 079/123/456/789 ạ', 'số [số giấy tờ] ạ'],
    ['0912,345,678', '[số điện thoại]'],
    ['09/12/34/56/78', '[số điện thoại]'],
    ['079_123_456_789', '[số giấy tờ]'],
    ['079   123   456   789', '[số giấy tờ]'],
    ['079😀123😀456😀789', '[số giấy tờ]'],
    ['(091) 2345678', '[số điện thoại]'],
    ['(0251) 3822 506 gọi được không', '[số điện thoại] gọi được không'],
    ['٠٧٩١٢٣٤٥٦٧٨٩', '[số giấy tờ]'],
    ['0\u03167\u03019\u03161\u03012345\u03016789', '[số giấy tờ]'],
    ['0\ufe0f\u20e39\ufe0f\u20e31\ufe0f\u20e32345678', '[số điện thoại]'],
    ['07\u{e0020}912345\u{e0020}6789', '[số giấy tờ]'],
    ['gọi O9123456O8 giúp', 'gọi [dãy số] giúp'],
    ['số em là không chín một hai, ba bốn năm sáu bảy tám ạ', 'số em là [dãy số] ạ'],
    ['so em la khong chin 1 2 ba bon 5 6 bay 8', 'so em la [dãy số]'],
    ['zero nine one two three four five six', '[dãy số]'],
    ['hộ chiếu C1234567 hết hạn', 'hộ chiếu [số giấy tờ] hết hạn'],
    ['stk vietcombank 0071000', 'stk vietcombank [dãy số]'],
    ['tài khoản số 123456', 'tài khoản số [dãy số]'],
    ['an.nguyen @ gmail . com nhé', '[email] nhé'],
    ['annguyen a còng gmail chấm com', '[email]'],
    ['annguyen(at)gmail(dot)com', '[email]'],
    ['fb của tôi: https://www.facebook.com/an.nguyen.99', 'fb của tôi: [trang cá nhân]'],
    ['hồ sơ H19.12 - 240501 - 0001', 'hồ sơ [mã hồ sơ]'],
    ['otp của tôi là 48 29 14', 'otp của tôi là [mã bí mật]'],
    ['mã pin vneid 482913', 'mã pin vneid [mã bí mật]'],
    ['mật khẩu vneid là Abc@123', 'mật khẩu vneid là [mã bí mật]'],
    ['mk: qwertyui', 'mk: [mã bí mật]'],
    ['nhà tôi số 15 đường Lê Lợi phường 1', 'nhà tôi [địa chỉ] phường 1'],
    ['em o 27/3a duong le loi', 'em o [địa chỉ]'],
  ])('masks %j', (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });

  it.each([
    'thủ tục 1.001193 cần gì',
    'phí 500000 đồng phải không',
    'phí 2.000 đồng một trang, tối đa 200.000đ',
    'theo NĐ 123/2015/NĐ-CP',
    'thông tư 117/2026/TT-BTC',
    'ngày 15/08/2026 có làm không',
    'sinh 12.05.1990',
    'gọi 1900 0368 hay 18001096',
    'số 0251.1022 gọi được không',
    'tôi là công dân phường muốn hỏi',
    'em là mẹ đơn thân',
    'con 3 tuổi, năm 2024 sinh',
    'các năm 2021, 2022, 2023',
    'phí 50.000, 100.000, 200.000 đồng',
    'phí 100,000,000 đồng',
    'từ 01/07/2025 đến 31/12/2026',
    'nghỉ 15/08/2026, 16/08/2026',
    'giờ 7:30-11:30, 13:00-16:30',
    'NĐ 61/2018/NĐ-CP, 107/2021/NĐ-CP',
    'chọn 1,2,3,4,5,6,7,8,9',
    'khẩn cấp 113, 114, 115',
    'các nghị định 120, 140, 142/2025',
    'bưu điện 1900 54 54 81',
    'đếm một hai ba bốn năm sáu',
    'mật khẩu: quên rồi làm sao',
    'mã pin 6 số',
    'tài khoản vneid mức 2',
    'đường nào tới phường 15',
  ])('leaves %j as it is', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('never lets a 12-digit number through, however it is grouped', () => {
    const separators = fc.constantFrom('', ' ', '.', '-');
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }),
        fc.array(separators, { minLength: 11, maxLength: 11 }),
        fc.constantFrom('', 'số ', 'cccd: ', 'căn cước em là '),
        (digits, gaps, before) => {
          fc.pre(digits[0] === 0);
          const number = digits.map((digit, index) => `${digit}${gaps[index] ?? ''}`).join('');
          const masked = maskText(`${before}${number} ạ`);
          return masked.replace(/\D/g, '').length < 8;
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['/', '_', ',', '+', '|', ':', '  ', ' - ', ' / ', '\n', '•', '\u2212', ') ('])(
    'never lets a number through whose groups stand apart by %j',
    (gap) => {
      const groups = fc.constantFrom([3, 3, 3, 3], [4, 3, 3], [4, 4, 4], [2, 2, 2, 2, 2]);
      fc.assert(
        fc.property(
          groups,
          fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }),
          (sizes, digits) => {
            const number = `0${digits.slice(1).join('')}`;
            let at = 0;
            const parts = sizes.map((size) => number.slice(at, (at += size)));
            expect(maskText(`số ${parts.join(gap)} ạ`)).not.toMatch(/\d/);
          },
        ),
        { numRuns: 100 },
      );
    },
  );

  it('takes linear time on hostile input', () => {
    const begun = performance.now();
    for (const hostile of [
      '1 ',
      'a@',
      'tên ',
      '1.',
      '1/',
      '1/1/1 ',
      '111111/',
      'O1',
      'không chín ',
      '(09) ',
      'mk ',
      '15 đường ',
      'stk số ',
      'a a còng ',
      'fb.com/',
      '1\u0301',
      'x.com.',
    ]) {
      expect(typeof maskText(hostile.repeat(50_000))).toBe('string');
    }
    // Half a second in all; what grows with the square takes half a minute for one of them.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});
