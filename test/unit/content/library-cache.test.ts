import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadLibrary } from '../../../src/content/load-library.ts';
import { noOverlay } from '../../../src/content/overlay/apply-overlay.ts';
import { loadTranslator } from '../../../src/content/translator.ts';

let directory: string;
let content: string;
let units: string;
let cache: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tthc-library-'));
  content = join(directory, 'content');
  units = join(content, 'units');
  cache = join(directory, 'cache');
  await cp(resolve('content'), content, { recursive: true });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('restores the very content that was parsed', async () => {
  const parsed = await loadLibrary(content, units);
  await loadLibrary(content, units, noOverlay, cache);
  const restored = await loadLibrary(content, units, noOverlay, cache);
  expect(restored).toEqual(parsed);
});

it('notices an edit of any file, and refuses a broken one', async () => {
  const before = await loadLibrary(content, units, noOverlay, cache);
  await appendFile(join(content, 'procedures/birth-registration.yaml'), '\n# an edit\n');
  const after = await loadLibrary(content, units, noOverlay, cache);
  expect(after.version).not.toBe(before.version);
  await appendFile(join(content, 'procedures/birth-registration.yaml'), '\nstrange: [\n');
  await expect(loadLibrary(content, units, noOverlay, cache)).rejects.toMatchObject({ code: 'content' });
});

it('notices an edited text of the locales', async () => {
  const before = await loadTranslator(join(content, 'locales'), cache);
  expect(before.has('vi', 'bot:added_later')).toBe(false);
  await appendFile(join(content, 'locales/vi/bot.yaml'), '\nadded_later: Thêm sau\n');
  const after = await loadTranslator(join(content, 'locales'), cache);
  expect(after('vi', 'bot:added_later')).toBe('Thêm sau');
  expect(after.languages).toEqual(before.languages);
});
