import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);

/** Files of ours that a file imports, relative to the project. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return specifiers.map((specifier) => relative(root, resolve(root, dirname(file), specifier)));
}

const roomOf = (file: string) => file.split('/')[1] ?? '';

/** What each room may import beside itself. Entries and compose.ts wire everything and are not listed. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  text: [],
  cache: [],
  understanding: ['core', 'text', 'cache'],
  content: ['core', 'cache'],
  conversation: ['core', 'content', 'text'],
  webhook: ['core'],
  storage: ['core'],
  privacy: ['core', 'text'],
  evidence: ['core'],
  reports: ['core'],
  review: ['core', 'text'],
  links: ['core'],
  // Joins content, model and what is published in the database; shows answers as channels do.
  knowledge: [
    ...['core', 'content', 'conversation', 'understanding', 'review', 'channels', 'storage', 'staff'],
    'prepare-content.ts',
  ],
  ops: ['core'],
  control: ['core'],
  staff: ['core', 'content', 'reports', 'review'],
};

describe('the house', () => {
  it.each(Object.entries(allowed))('%s imports only itself and %j', (room, others) => {
    const strangers = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => importsOf(file).map((imported) => [file, imported] as const))
      .filter(([, imported]) => roomOf(imported) !== room && !others.includes(roomOf(imported)));
    expect(strangers).toEqual([]);
  });

  it('keeps each channel to itself, core and what channels share', () => {
    const strangers = files
      .filter((file) => roomOf(file) === 'channels')
      .flatMap((file) => importsOf(file).map((imported) => [file, imported] as const))
      .filter(([file, imported]) => {
        const own = file.split('/').slice(0, 3).join('/');
        return (
          !imported.startsWith(`${own}/`) &&
          !imported.startsWith('src/channels/shared/') &&
          roomOf(imported) !== 'core'
        );
      });
    expect(strangers).toEqual([]);
  });

  it('reads the environment in config.ts only', () => {
    const readers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
    expect(readers).toEqual(['src/config.ts']);
  });

  it('names platforms only where channels are made and wired', () => {
    const naming = files.filter(
      (file) =>
        /zalo|messenger|facebook/i.test(readFileSync(join(root, file), 'utf8')) &&
        !file.startsWith('src/channels/') &&
        // The unit file is configuration: it names the platforms that the unit has. Commands set platforms up.
        ![
          'src/config.ts',
          'src/compose.ts',
          'src/content/unit-schema.ts',
          'src/content/load-library.ts',
          // A preview shows what each platform shows.
          'src/knowledge/preview-topic.ts',
          // Citizens write their profile's address, what a password is for, and "tên Zalo của tôi", which is nobody's name.
          'src/privacy/mask-text.ts',
          'src/privacy/mask-names.ts',
        ].includes(file) &&
        !file.startsWith('src/cli'),
    );
    expect(naming).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file)]));
    const done = new Set<string>();
    const cycles: string[][] = [];
    const visit = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file]);
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('imports nothing of test/', () => {
    expect(files.filter((file) => importsOf(file).some((imported) => imported.startsWith('test')))).toEqual(
      [],
    );
  });
});
