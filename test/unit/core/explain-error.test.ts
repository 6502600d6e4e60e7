import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../src/core/errors.ts';
import { explainError } from '../../../src/core/explain-error.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tthc-explain-'));
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `work` fails with, explained. */
const explainFailure = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => explainError(error),
  );

async function listen(port: number, host: string): Promise<unknown> {
  const server = createServer();
  server.listen(port, host);
  return once(server, 'listening');
}

describe('what an operator is told of a failure', () => {
  it('names the port that another program has, and the variable to change', async () => {
    const busy = createServer();
    busy.listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    const told = await explainFailure(listen(port, '127.0.0.1'));
    busy.close();
    expect(told).toContain(`Cổng ${port} `);
    expect(told).toContain('PORT');
  });

  it('names an address that this machine has not', async () => {
    expect(await explainFailure(listen(0, '203.0.113.7'))).toContain('203.0.113.7');
  });

  it('names the path that is missing, or a file where a folder must be', async () => {
    const missing = join(folder, 'missing');
    expect(await explainFailure(readFile(missing))).toBe(`Không có ${missing}; kiểm tra đường dẫn.`);
    expect(await explainFailure(mkdir(join(folder, 'file'), { recursive: true }))).toContain('file');
    expect(await explainFailure(readFile(join(folder, 'file', 'below')))).toContain('không phải thư mục');
    expect(await explainFailure(writeFile(folder, ''))).toContain('là thư mục');
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])('tells %s with the path and no stack', (code) => {
    const error = Object.assign(new Error('refused'), {
      code,
      syscall: 'open',
      path: '/srv/data/secret.key',
    });
    expect(explainError(error)).toMatch(/\/srv\/data\/secret\.key/);
  });

  it('tells a full disk also where the system names no path', async () => {
    expect(await explainFailure(writeFile('/dev/full', 'x'))).toMatch(/^Hết chỗ trên ổ đĩa; dọn chỗ/);
  });

  it('repeats our own errors, and leaves what it does not know to be told with its place', () => {
    expect(explainError(new AppError('content', 'Sửa tệp.'))).toBe('Sửa tệp.');
    expect(explainError(new TypeError('x is not a function'))).toBeUndefined();
    expect(
      explainError(Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect' })),
    ).toBeUndefined();
  });
});
