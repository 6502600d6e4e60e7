import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../../..');

/** Codes that the sources of the linter and the loader give to findings. */
function codesInSource(): string[] {
  const dir = join(root, 'src/content');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('catalogue'),
  );
  const found = files.flatMap((name) => {
    const text = readFileSync(join(dir, name), 'utf8');
    const calls = text.matchAll(/(?:error|warning)\(\s*'([a-z-]+)'|\bcode: '([a-z-]+)'|notInForce = '([a-z-]+)'/g);
    return [...calls].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  });
  return [...new Set(found)].sort();
}

describe('docs/content.md', () => {
  it('tells what to do about every code', () => {
    const documented = new Set(
      [...readFileSync(join(root, 'docs/content.md'), 'utf8').matchAll(/^\| (`[^|]*`) \|/gm)].flatMap((row) =>
        [...(row[1] ?? '').matchAll(/`([a-z-]+)`/g)].map((code) => code[1]),
      ),
    );
    const codes = codesInSource();
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });
});
