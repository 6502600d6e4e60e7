import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findLockHolder, lockDataDir } from '../../../../src/storage/sql/data-dir-lock.ts';

jest.setTimeout(60_000);

const lockModule = resolve('src/storage/sql/data-dir-lock.ts');

describe('data directory lock', () => {
  let directory: string;
  let children: ChildProcess[];
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'tthc-lock-')), 'data');
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(join(directory, '..'), { recursive: true, force: true });
  });

  /** Another process that takes the lock, says so, and stays. */
  async function startHolder(): Promise<ChildProcess> {
    const script = `
      import { lockDataDir } from ${JSON.stringify(lockModule)};
      await lockDataDir(${JSON.stringify(directory)}).then(() => console.log('held'), (error) => console.log(error.message));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    return child;
  }

  async function firstLine(child: ChildProcess): Promise<string> {
    if (child.stdout === null) throw new Error('no output');
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return chunk.toString('utf8').trim();
  }

  it('is held by one process, which others can name, until it is released', async () => {
    expect(await findLockHolder(directory)).toBeUndefined();
    const lock = await lockDataDir(directory);
    expect(await findLockHolder(directory)).toMatchObject({ pid: process.pid, host: hostname() });
    await expect(lockDataDir(directory)).rejects.toMatchObject({ code: 'conflict' });
    await expect(lockDataDir(directory)).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    await lock.release();
    expect(await findLockHolder(directory)).toBeUndefined();
    await (await lockDataDir(directory)).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('says what to do where nothing can be written', async () => {
    const file = join(directory, '..', 'a-file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      await expect(lockDataDir(path)).rejects.toMatchObject({
        code: 'configuration',
        message: expect.stringMatching(/^DATA_DIR: .*a-file.*không phải thư mục/),
      });
    }
  });

  it('refuses a second process and says which one holds it', async () => {
    const lock = await lockDataDir(directory);
    expect(await firstLine(await startHolder())).toContain(`process ${process.pid}`);
    await lock.release();
  });

  it('takes over from a process that was killed', async () => {
    const holder = await startHolder();
    expect(await firstLine(holder)).toBe('held');
    await expect(lockDataDir(directory)).rejects.toThrow(`process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = await lockDataDir(directory);
    expect((await findLockHolder(directory))?.pid).toBe(process.pid);
    await lock.release();
  });

  it('goes to exactly one of many that find a stale lock at the same moment', async () => {
    const holder = await startHolder();
    await firstLine(holder);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const rivals = await Promise.all([startHolder(), startHolder(), startHolder(), startHolder()]);
    const answers = await Promise.all(rivals.map(firstLine));
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  });

  it('knows that a process number was given to another process meanwhile', async () => {
    const lock = await lockDataDir(directory);
    const path = join(directory, 'server.lock');
    const holder = JSON.parse(await readFile(path, 'utf8'));
    await lock.release();
    await writeFile(path, JSON.stringify({ ...holder, processStart: 'another-boot:1', nonce: 'other' }));
    const again = await lockDataDir(directory);
    await again.release();
  });

  it('takes over a file that is not a lock at all', async () => {
    await (await lockDataDir(directory)).release();
    await writeFile(join(directory, 'server.lock'), 'half a li');
    const lock = await lockDataDir(directory);
    await lock.release();
  });

  it('takes over from another machine that shows no sign of life, and not before', async () => {
    const lock = await lockDataDir(directory);
    const path = join(directory, 'server.lock');
    const holder = JSON.parse(await readFile(path, 'utf8'));
    const asOfElsewhere = () =>
      writeFile(path, JSON.stringify({ ...holder, host: 'elsewhere', nonce: 'other' }));
    await asOfElsewhere();
    // This process still touches the file, as a living holder would.
    await expect(lockDataDir(directory)).rejects.toThrow('elsewhere');
    await lock.release();
    await asOfElsewhere();
    const startedAt = performance.now();
    const taken = await lockDataDir(directory);
    expect(performance.now() - startedAt).toBeGreaterThan(8_000);
    await taken.release();
  });

  it('does not remove the lock of a successor', async () => {
    const lock = await lockDataDir(directory);
    const path = join(directory, 'server.lock');
    const holder = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...holder, nonce: 'successor' }));
    await lock.release();
    expect(JSON.parse(await readFile(path, 'utf8')).nonce).toBe('successor');
  });
});
