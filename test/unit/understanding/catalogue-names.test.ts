import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readCatalogueNames } from '../../../src/understanding/catalogue-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'tthc-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dump(...lines: unknown[]): string {
  const path = join(folder, 'dump.jsonl');
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return path;
}

const record = {
  ma_thu_tuc: '1.000001',
  ten_thu_tuc: 'Đăng ký khai sinh',
  cap_thuc_hien: 'Cấp tỉnh, Cấp xã',
};

describe('readCatalogueNames', () => {
  it('reads codes, names and whether the commune decides', () => {
    const other = { ma_thu_tuc: '1.000002', ten_thu_tuc: 'Đăng ký tàu cá', cap_thuc_hien: 'Cấp tỉnh' };
    expect(readCatalogueNames(dump(record, other))).toEqual([
      { code: '1.000001', name: 'Đăng ký khai sinh', commune: true },
      { code: '1.000002', name: 'Đăng ký tàu cá', commune: false },
    ]);
  });

  it("leaves out a record whose page is another procedure's", () => {
    const own = { ...record, raw_text: 'Mã thủ tục:1.000001Số quyết định:12' };
    const strange = { ...record, ma_thu_tuc: '1.000003', raw_text: own.raw_text };
    expect(readCatalogueNames(dump(own, strange)).map(({ code }) => code)).toEqual(['1.000001']);
  });

  it('names the line that is no record', () => {
    expect(() => readCatalogueNames(dump(record, { ma_thu_tuc: '' }))).toThrow(/Line 2/);
  });
});
