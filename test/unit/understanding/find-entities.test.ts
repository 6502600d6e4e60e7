import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findEntities } from '../../../src/understanding/entities/find-entities.ts';

const named = (text: string): string[] => findEntities(text).map(({ kind, value }) => `${kind}=${value}`);

describe('findEntities', () => {
  it.each([
    ['1.001193 cần gì', ['procedure-code=1.001193']],
    ['hồ sơ H19.12-240501-0001 tới đâu', ['dossier-code=H19.12-***']],
    ['sinh ngày 2/9/2026', ['date=2026-09-02']],
    ['chiều mai có làm không', ['date=chiều mai']],
    ['ngay mai nop duoc khong', ['date=ngay mai']],
    ['mùng 3 tết có mở cửa không', ['date=mùng 3 tết']],
    ['3 ngày nữa lấy được chưa', ['date=3 ngày nữa']],
    ['thứ hai tuần sau', ['weekday=thứ 2', 'date=tuần sau']],
    ['chu nhat co lam khong', ['weekday=chủ nhật']],
    ['thu bay lam khong', ['weekday=thứ 7']],
    ['mất 50k với 1,5 triệu', ['amount=50000', 'amount=1500000']],
    ['hết 2tr5 hay 2 triệu rưỡi', ['amount=2500000', 'amount=2500000']],
    ['nộp 50.000đ', ['amount=50000']],
    ['bé ba tuổi, ông 75 tuổi', ['age=ba tuổi', 'age=75 tuổi']],
    ['ông sinh năm 1950', ['age=sinh năm 1950']],
  ])('%s', (text, found) => {
    expect(named(text)).toEqual(found);
  });

  it('masks numbers of people at once, however they are spaced', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(digits, fc.constantFrom('', ' ', '.'), (rest, gap) => {
        const phone = `09${rest}`.replace(/(\d{4})(\d{3})(\d{3})/, `$1${gap}$2${gap}$3`);
        const identity = `0790${rest}`.replace(/(\d{3})(\d{3})(\d{3})(\d{3})/, `$1${gap}$2${gap}$3${gap}$4`);
        for (const { kind, value } of findEntities(`số ${phone} và ${identity} nhé`)) {
          expect(['phone', 'identity-number']).toContain(kind);
          expect(value.replace(/\D/g, '')).toHaveLength(3);
        }
        expect(findEntities(`số ${phone} và ${identity} nhé`)).toHaveLength(2);
      }),
    );
  });

  it('gives what is found in order, without overlaps, inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (noise) => {
        const text = `${noise} ngày mai 0912345678, 50k ${noise}`.normalize('NFC');
        let end = 0;
        for (const entity of findEntities(text)) {
          expect(entity.start).toBeGreaterThanOrEqual(end);
          expect(entity.end).toBeGreaterThan(entity.start);
          end = entity.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
