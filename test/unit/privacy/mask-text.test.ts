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

  it('takes linear time on hostile input', () => {
    for (const hostile of [
      '1 '.repeat(50_000),
      'a@'.repeat(50_000),
      'tên '.repeat(20_000),
      '1.'.repeat(50_000),
    ]) {
      expect(typeof maskText(hostile)).toBe('string');
    }
  });
});
