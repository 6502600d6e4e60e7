import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { lineLimitBytes, readDump } from '../../../../src/content/catalogue/read-dump.ts';
import { aRecord, writeDump } from './dump-fixture.ts';

async function outcomes(path: string): Promise<(string | number)[][]> {
  const read: (string | number)[][] = [];
  for await (const line of readDump(path)) {
    read.push([line.line, 'record' in line ? line.record.ma_thu_tuc : line.unreadable]);
  }
  return read;
}

describe('reading a dump', () => {
  const lines = [
    aRecord(),
    '',
    '{"ma_thu_tuc": "cut',
    '[1, 2]',
    '{"ma_thu_tuc": 5}',
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    'x'.repeat(lineLimitBytes + 1),
    aRecord({ ma_thu_tuc: '9.000002' }),
  ];
  const expected = [
    [1, '9.000001'],
    [3, 'not-json'],
    [4, 'not-a-record'],
    [5, 'not-a-record'],
    [6, 'not-utf8'],
    [7, 'line-too-long'],
    [8, '9.000002'],
  ];

  it.each([{ gzip: false }, { gzip: true }])('refuses bad lines one by one and reads the others ($gzip)', async (options) => {
    expect(await outcomes(await writeDump(lines, options))).toEqual(expected);
  });

  it('cleans what a page must not bring along', async () => {
    const path = await writeDump([aRecord({ ten_thu_tuc: 'Tha\u0309 \u202Ediều\u0000\u200B' })]);
    for await (const line of readDump(path)) expect(line).toMatchObject({ record: { ten_thu_tuc: 'Thả diều' } });
  });

  it('says what is wrong with the file itself', async () => {
    await expect(outcomes('/nowhere/dump.jsonl')).rejects.toMatchObject({ code: 'not-found' });
    const path = await writeDump([aRecord()], { gzip: true });
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 40));
    await expect(outcomes(path)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
