import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createVersionCache } from '../../../src/cache/version-cache.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tthc-cache-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('gives back what was kept under the same version, and nothing else', () => {
  const cache = createVersionCache<Map<string, number[]>>(directory, 'numbers');
  const value = new Map([['một', [1, 2]]]);
  cache.write('v1', value);
  expect(cache.read('v1')).toEqual(value);
  expect(cache.read('v2')).toBeUndefined();
  expect(createVersionCache(directory, 'words').read('v1')).toBeUndefined();
});

it('keeps one version of a name and leaves other names alone', async () => {
  const cache = createVersionCache(directory, 'numbers');
  createVersionCache(directory, 'words').write('v1', 'từ');
  cache.write('v1', 1);
  cache.write('v2', 2);
  expect(cache.read('v1')).toBeUndefined();
  expect(cache.read('v2')).toBe(2);
  expect(await readdir(directory)).toHaveLength(2);
});

it('keeps the versions used last where several are kept', async () => {
  const cache = createVersionCache(directory, 'numbers', 2);
  for (const version of [1, 2]) {
    cache.write(`v${version}`, version);
    await sleep(10);
  }
  expect(cache.read('v1')).toBe(1);
  await sleep(10);
  cache.write('v3', 3);
  expect([1, 2, 3].map((version) => cache.read(`v${version}`))).toEqual([1, undefined, 3]);
});

it('takes a damaged file for a missing one', async () => {
  const cache = createVersionCache(directory, 'numbers');
  cache.write('v1', 'a value that is long enough to be cut');
  const [name = ''] = await readdir(directory);
  await writeFile(join(directory, name), 'cut');
  expect(cache.read('v1')).toBeUndefined();
});

it('costs nothing but time when its folder cannot be written', async () => {
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  const cache = createVersionCache(join(file, 'below'), 'numbers');
  expect(() => cache.write('v1', 1)).not.toThrow();
  expect(cache.read('v1')).toBeUndefined();
});

it('takes over what only the folder made at installation has, and is not bound to it afterwards', async () => {
  const ready = join(directory, 'ready');
  createVersionCache(ready, 'numbers').write('v1', [1, 2]);
  const cache = createVersionCache(join(directory, 'data'), 'numbers', 1, ready);
  expect(cache.read('v2')).toBeUndefined();
  expect(cache.read('v1')).toEqual([1, 2]);
  await rm(ready, { recursive: true });
  expect(cache.read('v1')).toEqual([1, 2]);
});

it('reads from the folder made at installation also where its own cannot be written', async () => {
  const ready = join(directory, 'ready');
  createVersionCache(ready, 'numbers').write('v1', 1);
  await writeFile(join(directory, 'a-file'), '');
  expect(createVersionCache(join(directory, 'a-file', 'below'), 'numbers', 1, ready).read('v1')).toBe(1);
});
