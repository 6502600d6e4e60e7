import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createContentSource, type ContentSource } from '../../../src/content/content-source.ts';
import { sharedModelCache } from '../../support/model.ts';
import type { Library } from '../../../src/content/library.ts';
import { loadLibrary } from '../../../src/content/load-library.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { Logger } from '../../../src/core/ports.ts';
import type { Understanding } from '../../../src/core/understood.ts';
import { prepareContent, type PrepareOptions } from '../../../src/prepare-content.ts';
import { loadUnderstanding } from '../../../src/understanding/load-understanding.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Keeps what was logged, by level. */
function createLog(): { logger: Logger; lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    lines,
  };
}

async function until(condition: () => boolean, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    if (condition()) return;
  }
  throw new Error('it did not happen in time');
}

let dir: string;
let source: ContentSource<{ version: string }> | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'content-source-'));
});

afterEach(async () => {
  source?.close();
  source = undefined;
  await rm(dir, { recursive: true, force: true });
});

describe('createContentSource', () => {
  const fileOf = () => join(dir, 'topic.yaml');
  const loadText = async () => {
    const version = await readFile(fileOf(), 'utf8');
    if (version.startsWith('broken')) {
      throw new AppError('content', 'Nội dung có lỗi:\ncontent/topic.yaml:3 [too-long] dài quá → Rút ngắn');
    }
    return { version };
  };

  it('rejects when the first state is unsound: nothing may be served', async () => {
    await writeFile(fileOf(), 'broken');
    const { logger } = createLog();
    await expect(createContentSource({ load: loadText, watchDirs: [dir], logger })).rejects.toThrow('too-long');
  });

  it('takes over an edit by itself, once for several saves in a row', async () => {
    await writeFile(fileOf(), 'one');
    const { logger } = createLog();
    const changes: string[] = [];
    source = await createContentSource({
      load: loadText,
      watchDirs: [dir],
      logger,
      settleMs: 500,
      onChange: ({ version }) => changes.push(version),
    });
    const mine = source;
    // By renaming, so that nothing half-written can be read on a slow machine.
    const beside = await mkdtemp(join(tmpdir(), 'content-source-beside-'));
    for (const text of ['two', 'three']) {
      await writeFile(join(beside, text), text);
      await rename(join(beside, text), fileOf());
    }
    await until(() => mine.current().version === 'three', 10_000);
    await sleep(800);
    expect(changes).toEqual(['three']);
    await rm(beside, { recursive: true });
  });

  it('sees every save of an editor that renames, below a folder and in a new one', async () => {
    await mkdir(join(dir, 'guides'));
    const file = join(dir, 'guides/one.yaml');
    const fresh = join(dir, 'fresh/two.yaml');
    await writeFile(file, 'first');
    const { logger } = createLog();
    const load = async () => {
      const texts = [file, fresh].map((path) => readFile(path, 'utf8').catch(() => ''));
      return { version: (await Promise.all(texts)).join('|') };
    };
    const made = await createContentSource({ load, watchDirs: [dir], logger, settleMs: 20 });
    source = made;
    for (const words of ['second', 'third', 'fourth']) {
      await writeFile(`${file}.tmp`, words);
      await rename(`${file}.tmp`, file);
      await until(() => made.current().version === `${words}|`, 10_000);
    }
    await mkdir(join(dir, 'fresh'));
    await writeFile(fresh, 'new');
    await until(() => made.current().version === 'fourth|new', 10_000);
  });

  it('refuses a broken edit with its reasons, goes on with the old, and takes the mended one', async () => {
    await writeFile(fileOf(), 'one');
    const { logger, lines } = createLog();
    source = await createContentSource({ load: loadText, watchDirs: [dir], logger, settleMs: 50 });
    const mine = source;
    await writeFile(fileOf(), 'broken');
    await until(() => lines.some(({ level }) => level === 'error'), 5_000);
    expect(mine.current().version).toBe('one');
    const refusal = lines.find(({ level }) => level === 'error');
    expect(JSON.stringify(refusal?.fields)).toContain('content/topic.yaml:3 [too-long]');
    expect(refusal?.message).toMatch(/refused/);
    await writeFile(fileOf(), 'mended');
    await until(() => mine.current().version === 'mended', 5_000);
  });

  it('reads again when an edit falls into a reading', async () => {
    await writeFile(fileOf(), 'one');
    let reads = 0;
    const { logger } = createLog();
    source = await createContentSource({
      load: async () => {
        reads += 1;
        const state = await loadText();
        await sleep(50);
        return state;
      },
      watchDirs: [],
      logger,
    });
    await writeFile(fileOf(), 'two');
    const first = source.reload();
    await sleep(20);
    await writeFile(fileOf(), 'three');
    const [, second, third] = await Promise.all([first, source.reload(), source.reload()]);
    expect([second, third]).toEqual([true, true]);
    expect(source.current().version).toBe('three');
    expect(reads).toBe(3);
  });

  it('changes nothing after it was closed', async () => {
    await writeFile(fileOf(), 'one');
    const { logger, lines } = createLog();
    source = await createContentSource({ load: loadText, watchDirs: [dir], logger, settleMs: 20 });
    source.close();
    await writeFile(fileOf(), 'two');
    await sleep(200);
    expect(source.current().version).toBe('one');
    expect(lines).toEqual([]);
  });
});

describe('the content of a deployment, edited while it serves', () => {
  it('brings edits to library and understanding together; refuses one that must not be published', async () => {
    await cp(join(root, 'content'), join(dir, 'content'), { recursive: true });
    await cp(join(root, 'intents'), join(dir, 'intents'), { recursive: true });
    const paths = {
      contentDir: join(dir, 'content'),
      unitsDir: join(dir, 'content/units'),
      intentsDir: join(dir, 'intents'),
    };
    const options: PrepareOptions = {
      paths,
      understanding: { ...paths, cacheDir: sharedModelCache },
      bubbleLimitChars: 1_900,
      day: '2026-11-22',
    };
    const load = async (): Promise<{ version: string; library: Library; understanding: Understanding }> => {
      await prepareContent(options);
      const library = await loadLibrary(paths.contentDir, paths.unitsDir);
      const understanding = loadUnderstanding(options.understanding);
      return { version: `${library.version} ${understanding.version}`, library, understanding };
    };
    const { logger, lines } = createLog();
    const served = await createContentSource({ load, watchDirs: [paths.contentDir, paths.intentsDir], logger });
    source = served;
    const before = served.current();
    const file = join(paths.contentDir, 'guides/emergency.yaml');
    const text = await readFile(file, 'utf8');
    const intents = join(paths.intentsDir, 'guides/emergency.yaml');
    const examples = await readFile(intents, 'utf8');
    const question = 'quả bóng bay màu xanh mắc trên nóc nhà thờ';
    expect(before.understanding.understand(question).topic).not.toBe('emergency');

    await writeFile(file, text.replace(/^( +vi: \|-\n)/m, '$1          Đây là câu vừa thêm để thử.\n'));
    await writeFile(intents, examples.replace(/^( +vi:\n)/m, `$1    - "${question}"\n`));
    await until(() => served.current() !== before, 120_000);
    const sound = served.current();
    const said = JSON.stringify(sound.library.topics.get('emergency')?.sections);
    expect(said).toContain('Đây là câu vừa thêm để thử.');
    expect(sound.understanding.understand(question).topic).toBe('emergency');

    await writeFile(file, text.replace(/^( +vi: \|-\n)/m, '$1          Anh/chị nộp tại UBND huyện.\n'));
    await until(() => lines.some(({ level }) => level === 'error'), 120_000);
    expect(served.current()).toBe(sound);
    expect(JSON.stringify(lines)).toContain('content/guides/emergency.yaml:');
    expect(JSON.stringify(lines)).toContain('[outdated-claim]');
  }, 300_000);
});
