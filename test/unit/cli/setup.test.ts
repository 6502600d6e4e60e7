import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { unitSchema } from '../../../src/content/unit-schema.ts';

let unitsDir: string;
beforeAll(async () => {
  unitsDir = await mkdtemp(join(tmpdir(), 'tthc-setup-'));
  await cp(resolve('content/units'), unitsDir, { recursive: true });
});
afterAll(() => rm(unitsDir, { recursive: true, force: true }));

async function setUp(
  answers: readonly string[],
  folder = unitsDir,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [resolve('src/cli.ts'), 'setup'], {
    env: { PATH: process.env.PATH, UNITS_DIR: folder, DATA_DIR: join(unitsDir, 'data') },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(''));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

const readUnit = async (id: string) => parse(await readFile(join(unitsDir, `${id}.yaml`), 'utf8'));

describe('tthc setup', () => {
  it('writes a unit file that is valid, with facts confirmed and secrets named, after asking again for bad answers', async () => {
    const { code, said } = await setUp([
      ...['hang-gon', 'Phường Mới', 'phuong-moi'],
      ...['', 'Trung tâm Phục vụ hành chính công phường Mới', ''],
      ...['atlantis', 'thành phố Đồng Nai', 'Nguyễn Thị B, Phó Giám đốc', '12 đường A, phường Mới'],
      ...['7h-11h', '17:00-13:00', '07:30-11:30, 13:00-17:00', '0251.3881.234', '02511022', ''],
      ...['5000000000000000004', '4111222333444555667', '100000000000002'],
    ]);
    expect([said, code]).toEqual([expect.stringContaining('PHUONG_MOI_ZALO_APP_SECRET'), 0]);
    expect(said).toContain('STAFF_ADMIN_PASSWORD');
    expect(said).toContain('Hiện có: Đồng Nai');
    expect(said).toMatch(/Người dân cũng sẽ thấy: .*\(hang-gon\.yaml\)/);
    // Editors change one day's hours: no day may refer to another's.
    expect(await readFile(join(unitsDir, 'phuong-moi.yaml'), 'utf8')).not.toMatch(/[&*]a\d/);
    const unit = unitSchema.parse(await readUnit('phuong-moi'));
    expect(unit).toMatchObject({
      id: 'phuong-moi',
      province: 'dong-nai',
      address: { confirmed_by: 'Nguyễn Thị B, Phó Giám đốc' },
      hours: { weekly: { mon: ['07:30-11:30', '13:00-17:00'] } },
      channels: { zalo: { oa_id: '5000000000000000004' }, messenger: { page_id: '100000000000002' } },
    });
    expect(unit.contacts?.map(({ kind, phone }) => [kind, phone])).toEqual([
      ['office', '02513881234'],
      ['hotline-1022', '02511022'],
    ]);
    expect(unit.address?.confirmed_on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }, 60_000);

  it('needs a name and a province only, and confirms nothing by itself', async () => {
    const { code } = await setUp(['xa-nho', 'Xã Nhỏ', '', 'dong-nai', '', 'Thôn 1', '', '', '', '', '', '']);
    expect(code).toBe(0);
    const unit = unitSchema.parse(await readUnit('xa-nho'));
    expect(unit.channels).toBeUndefined();
    expect(unit.address?.confirmed_by).toBeNull();
  }, 60_000);

  it('writes nothing when the answers break off', async () => {
    const { code, said } = await setUp(['xa-do-dang', 'Xã Dở Dang']);
    expect([said, code]).toEqual([expect.stringContaining('chưa ghi gì'), 1]);
    await expect(readUnit('xa-do-dang')).rejects.toThrow();
  }, 60_000);

  it('says in plain words that the folder of units is not there', async () => {
    const { code, said } = await setUp([], join(unitsDir, 'nowhere'));
    expect(said.trim()).toBe(`Không có ${join(unitsDir, 'nowhere')}; kiểm tra đường dẫn.`);
    expect(code).toBe(1);
  }, 60_000);
});
