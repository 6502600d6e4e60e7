import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { parse } from 'yaml';
import { scaffoldTopic } from '../../../src/cli/content-new.ts';
import { previewTopic, type PreviewOptions } from '../../../src/cli/content-preview.ts';
import { writeSchemas } from '../../../src/cli/content-schema.ts';
import { registerContent } from '../../../src/cli/content.ts';
import { topicSchema } from '../../../src/content/topic-schema.ts';
import { intentSchema } from '../../../src/understanding/intent-schema.ts';
import { checkFiles, soundFiles } from '../content/check/content-tree.ts';

const root = resolve(import.meta.dirname, '../../..');
const paths = { contentDir: join(root, 'content'), unitsDir: join(root, 'content/units') };

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'content-command-'));
});

afterEach(async () => {
  process.exitCode = 0;
  await rm(dir, { recursive: true, force: true });
});

/** Runs a content command on a project folder; returns what it printed and its exit code. */
async function run(project: string, ...words: string[]): Promise<{ printed: string; exitCode: unknown }> {
  let printed = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed += String(chunk);
    return true;
  };
  try {
    const program = new Command().exitOverride();
    registerContent(program, {
      contentDir: join(project, 'content'),
      unitsDir: join(project, 'content/units'),
      intentsDir: join(project, 'intents'),
      frozenNow: new Date('2026-11-22T05:00:00Z'),
    });
    await program.parseAsync(['node', 'tthc', 'content', ...words]);
  } finally {
    process.stdout.write = write;
  }
  const { exitCode } = process;
  process.exitCode = 0;
  return { printed, exitCode };
}

describe('content check', () => {
  const broken = 'content/procedures/alpha.yaml';

  it('exits 1 on an error, and prints it as JSON with counts', async () => {
    await checkFiles(dir, soundFiles());
    const text = await readFile(join(dir, broken), 'utf8');
    await writeFile(join(dir, broken), text.replace('Mang giấy tờ', 'Mang **giấy tờ**'));
    const { printed, exitCode } = await run(dir, 'check', '--json');
    expect(exitCode).toBe(1);
    const result = JSON.parse(printed) as { findings: object[]; errors: number; warnings: number };
    expect(result).toMatchObject({ errors: 1, warnings: 0 });
    expect(result.findings).toEqual([
      {
        code: 'markdown',
        severity: 'error',
        file: broken,
        line: 23,
        message: expect.any(String),
        fix: expect.any(String),
      },
    ]);
  });

  it('tells a file that could not be read before what follows from it, and both before what may wait', async () => {
    await checkFiles(dir, soundFiles());
    const text = await readFile(join(dir, broken), 'utf8');
    await writeFile(join(dir, broken), text.replace('field: Thử', 'field: [Thử'));
    const guide = join(dir, 'content/guides/beta.yaml');
    await writeFile(guide, (await readFile(guide, 'utf8')).replace('confidence: high', 'confidence: low'));
    const { printed } = await run(dir, 'check');
    const files = printed.split('\n').filter((line) => line.startsWith('content/'));
    expect(files[0]).toBe(broken);
    expect(printed.lastIndexOf('LỖI')).toBeLessThan(printed.indexOf('nhắc'));
  });

  it('exits 0 with warnings, and tells file, line and what to do', async () => {
    await checkFiles(dir, soundFiles());
    const text = await readFile(join(dir, broken), 'utf8');
    await writeFile(join(dir, broken), text.replace('confidence: high', 'confidence: low'));
    const { printed, exitCode } = await run(dir, 'check');
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^content\/procedures\/alpha\.yaml\n {2}8: nhắc \[confidence-low\]/);
    expect(printed).toContain('0 lỗi, 1 lời nhắc.');
    expect((await run(dir, 'check', '--quiet')).printed).toBe('0 lỗi, 1 lời nhắc.\n');
  });
});

describe('content report', () => {
  it('counts topics by confidence, and lists every fact that is left unsaid, the least trusted topics first', async () => {
    await checkFiles(dir, soundFiles());
    const text = await readFile(join(dir, 'content/guides/beta.yaml'), 'utf8');
    const unsure = text.replace('confidence: high', 'confidence: low');
    await writeFile(join(dir, 'content/guides/beta.yaml'), `${unsure}\nunconfirmed: [Giờ trực, Cước gọi]\n`);
    const { printed } = await run(dir, 'report', '--json');
    expect(JSON.parse(printed)).toMatchObject({
      topics: [
        { confidence: 'high', procedures: 1, guides: 0 },
        { confidence: 'medium', procedures: 0, guides: 0 },
        { confidence: 'low', procedures: 0, guides: 1 },
      ],
      unsaid: [{ topic: 'beta', confidence: 'low', facts: ['Giờ trực', 'Cước gọi'] }],
    });
    const page = (await run(dir, 'report')).printed;
    expect(page).toContain('| thấp | 0 | 1 |');
    expect(page).toContain('## 2 điều chưa xác nhận');
  });
});

describe('content new', () => {
  it('writes three files of one stem that are sound in form and say nothing yet', async () => {
    const files = await scaffoldTopic(dir, { id: 'new-thing', kind: 'guide', day: '2026-11-22' });
    expect(files).toEqual([
      'content/guides/new-thing.yaml',
      'intents/guides/new-thing.yaml',
      'test/golden/guides/new-thing.yaml',
    ]);
    const [topic, intents, golden] = await Promise.all(
      files.map(async (file): Promise<unknown> => parse(await readFile(join(dir, file), 'utf8'))),
    );
    expect(topicSchema.parse(topic)).toMatchObject({ id: 'new-thing', status: 'draft' });
    expect(intentSchema.parse(intents).topic).toBe('new-thing');
    expect(golden).toMatchObject([{ topic: 'new-thing' }]);
  });

  it('passes the linter in a sound project', async () => {
    const golden = { 'test/golden/procedures/alpha.yaml': '[]\n', 'test/golden/guides/beta.yaml': '[]\n' };
    await scaffoldTopic(dir, { id: 'new-thing', kind: 'procedure', day: '2026-11-22' });
    const findings = await checkFiles(dir, { ...soundFiles(), ...golden });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('never overwrites, and refuses an id that no file may have', async () => {
    await scaffoldTopic(dir, { id: 'new-thing', kind: 'guide', day: '2026-11-22' });
    const again = scaffoldTopic(dir, { id: 'new-thing', kind: 'guide', day: '2026-11-22' });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    const outside = scaffoldTopic(dir, { id: '../outside', kind: 'guide', day: '2026-11-22' });
    await expect(outside).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('content preview', () => {
  const options: PreviewOptions = {
    topic: 'birth-registration',
    unit: undefined,
    day: '2026-11-22',
    language: 'vi',
    channels: ['zalo', 'messenger', 'web'],
  };

  it('shows what the channels send on that day', async () => {
    const page = await previewTopic(paths, options);
    expect(page).toContain('Nộp trực tuyến');
    expect(page).toContain('60 ngày');
    expect(page.match(/<section class="phone/g)).toHaveLength(3);
    const later = await previewTopic(paths, { ...options, day: '2027-03-05', channels: ['web'] });
    expect(later).toContain('03/2026/QH16');
    expect(later).not.toContain('8.000 đồng');
    expect(later.match(/<section class="phone/g)).toHaveLength(1);
  });

  it('shows what a citizen gets before a topic holds', async () => {
    const page = await previewTopic(paths, { ...options, topic: 'fee-waivers', day: '2026-08-14' });
    expect(page).toContain('đang được cập nhật');
    expect(page).not.toContain('VNeID');
  });

  it('refuses an unknown topic and unit', async () => {
    await expect(previewTopic(paths, { ...options, topic: 'omega' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(previewTopic(paths, { ...options, unit: 'omega' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('content schema', () => {
  it('writes a schema for each kind of file and says which files have it', async () => {
    const written = await writeSchemas(dir);
    const mapping = JSON.parse(await readFile(join(dir, 'yaml-schemas.json'), 'utf8')) as Record<
      string,
      string[]
    >;
    expect(written).toEqual([...Object.keys(mapping), 'yaml-schemas.json']);
    const topic = JSON.parse(await readFile(join(dir, 'topic.schema.json'), 'utf8')) as {
      required: string[];
      properties: Record<string, object>;
    };
    expect(topic.required).toEqual(expect.arrayContaining(['id', 'sources', 'sections', 'valid']));
    expect(topic.properties['title']).toMatchObject({ properties: { vi: { maxLength: 20 } } });
  });
});
