import { describe, expect, it } from '@jest/globals';
import { parseWays } from '../../../../src/content/catalogue/parse-ways.ts';

const header = 'Hình thức nộpThời gianPhí, lệ phíMô tả';

describe('the table of ways', () => {
  it('parts cells that run together', () => {
    const { value, confidence } = parseWays(
      `${header}Trực tiếp1.5 Ngày làm việc40,000 Việt Nam Đồng(Diều (lớn))Nộp tại quầy.Dịch vụ bưu chính30 NgàyKhông có thông tin`,
    );
    expect(confidence).toBe(1);
    expect(value).toEqual([
      {
        way: 'in-person',
        time: { value: 1.5, unit: 'working-day' },
        fees: [{ amount: 40_000, currency: 'VND', note: 'Diều (lớn)' }],
        note: 'Nộp tại quầy.',
      },
      { way: 'post', time: { value: 30, unit: 'day' }, fees: [], note: '' },
    ]);
  });

  it('takes a number without a unit for no time limit', () => {
    expect(parseWays(`${header}Trực tuyến1Miễn phí`).value).toEqual([
      { way: 'online', time: { value: null, unit: null }, fees: [{ amount: 0, currency: 'VND', note: '' }], note: '' },
    ]);
  });

  it('does not guess where the digits of time and amount meet', () => {
    const { value, confidence } = parseWays(`${header}Trực tuyến1100 VNĐ(100.000 đồng/lần)`);
    expect(confidence).toBeLessThan(1);
    expect(value[0]).toMatchObject({ time: { value: null }, fees: [{ amount: null, note: '100.000 đồng/lần' }] });
  });

  it('leaves "(1) Trường hợp" to the description', () => {
    const [way] = parseWays(`${header}Trực tiếp9 NgàyKhông có thông tin(1) Trường hợp diều lớn.`).value;
    expect(way).toMatchObject({ fees: [], note: '(1) Trường hợp diều lớn.' });
  });

  it('keeps several fees of one row and survives an open bracket', () => {
    const { value, confidence } = parseWays(`${header}Trực tiếp2 Giờ20,000 VNĐ(giấy)10 USD((bìa) Nộp sớm`);
    expect(value[0]?.fees).toEqual([
      { amount: 20_000, currency: 'VND', note: 'giấy' },
      { amount: 10, currency: 'USD', note: '(bìa' },
    ]);
    expect(value[0]?.note).toBe('Nộp sớm');
    expect(confidence).toBeLessThan(1);
  });

  it('takes no amount below a thousand đồng for a fee', () => {
    const [way] = parseWays(`${header}Trực tiếp5 Ngày135 VNĐ(Lệ phí: 135.000 đồng/lần.)`).value;
    expect(way?.fees).toEqual([{ amount: null, currency: null, note: 'Lệ phí: 135.000 đồng/lần.' }]);
    expect(parseWays(`${header}Trực tiếp5 Ngày10 USD`).value[0]?.fees[0]?.amount).toBe(10);
  });

  it('finds nothing in other text', () => {
    expect(parseWays('Không có thông tin')).toEqual({ value: [], confidence: 0 });
  });
});
