import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServerTestUrl } from '../services/test-databases.ts';
import { page, projectDir, startSystem, zalo, type System } from './support/system.ts';

const run = promisify(execFile);

let system: System;
beforeAll(async () => {
  system = await startSystem({}, (platform) => {
    platform.control({
      oas: [
        {
          oaId: zalo.oaId,
          appId: zalo.appId,
          appSecret: 'test-zalo-app-secret',
          refreshToken: 'first-refresh-token',
          name: 'OA Thử Nghiệm',
        },
      ],
    });
  });
}, 120_000);
afterAll(() => system?.dispose());

/** What the doctor says, and its exit code. */
async function examine(changed: NodeJS.ProcessEnv = {}): Promise<{ said: string; code: number }> {
  const environment = { ...system.environment, ...changed };
  try {
    const { stdout } = await run(process.execPath, [join(projectDir, 'src/cli.ts'), 'doctor'], {
      cwd: projectDir,
      env: environment,
    });
    return { said: stdout, code: 0 };
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      code = 1,
    } = error as { stdout?: string; stderr?: string; code?: number };
    return { said: stdout + stderr, code };
  }
}

describe('tthc doctor', () => {
  it('goes through every part of a running deployment and names what to do', async () => {
    const { said } = await examine();
    for (const part of [
      '✓ Cơ sở dữ liệu nhúng hoạt động',
      '✓ Ổ đĩa còn',
      '✓ Không dùng Redis',
      '✓ Đồng hồ khớp với nền tảng',
      '✓ Hàng đợi inbound',
      '✓ Hàng đợi outbound',
      'OA Thử Nghiệm',
      '! PUBLIC_URL chưa đặt',
      '! Chưa nhập danh mục quốc gia',
      '! Đơn vị thu-nghiem chưa xác nhận',
      `tthc channels setup --unit thu-nghiem`,
    ]) {
      expect(said).toContain(part);
    }
    expect(said).not.toContain('không ghi bền');
  }, 60_000);

  it('knows the OA and the Page for what they are, and fails when one is not ours', async () => {
    system.platform.control({ pages: [{ pageId: page.pageId, pageToken: 'another-token' }] });
    const { said, code } = await examine();
    expect(said).toContain('✗ Trang Messenger của thu-nghiem');
    expect(code).toBe(1);
  }, 60_000);

  it('names a secret that is missing before anything else', async () => {
    await system.kill('SIGTERM');
    const { said, code } = await examine({ TEST_ZALO_OA_SECRET_KEY: '' });
    expect(said).toContain('TEST_ZALO_OA_SECRET_KEY');
    expect(code).toBe(1);
  }, 60_000);

  it('says when a database server may forget what it acknowledged', async () => {
    // The tests' own server is quick and not durable.
    const { url, drop } = await createServerTestUrl();
    const { said, code } = await examine({ DATABASE_URL: url, SECRET_KEY: 'doctor'.repeat(8) });
    await drop();
    expect(said).toContain('✗ PostgreSQL không ghi bền (fsync, full_page_writes, synchronous_commit = off)');
    expect(code).toBe(1);
  }, 60_000);

  it('says that Redis is away, and names a certificate that has run out', async () => {
    const certificate = join(projectDir, 'test/fixtures/expired-platform');
    const host = createServer(
      { pfx: await readFile(join(certificate, 'server.p12')), passphrase: 'test' },
      (_request, response) => response.end('{}'),
    ).listen(0, '127.0.0.1');
    await once(host, 'listening');
    const address = `127.0.0.1:${(host.address() as AddressInfo).port}`;
    const { said, code } = await examine({
      REDIS_URL: 'redis://127.0.0.1:1',
      ZALO_API_URL: `https://${address}`,
      PUBLIC_URL: `https://${address}`,
      NODE_EXTRA_CA_CERTS: join(certificate, 'certificate.pem'),
    });
    expect(said).toContain('✗ Redis không trả lời');
    expect(said).toContain(`✗ Chứng thư của ${address} đã hết hạn ngày 2021-01-01`);
    expect(said).toContain(`✗ Chứng thư của ${address} không dùng được (hạn 2021-01-01): nền tảng không gọi`);
    expect(code).toBe(1);
    host.close();
  }, 60_000);
});
