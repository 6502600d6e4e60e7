import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const rows = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+\.\d/.test(line));

/** A table that names tests which do not exist would be worth less than none. */
describe('the table of requirements', () => {
  it('covers every chapter that applies', () => {
    const chapters = new Set(
      rows.flatMap((row) => [...row.matchAll(/(?:^\| |, )(\d+)\.\d/g)].map(([, chapter]) => Number(chapter))),
    );
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14].filter((chapter) => !chapters.has(chapter))).toEqual(
      [],
    );
  });

  it.each(rows.map((row) => [row.split('|')[1]?.trim() ?? '', row]))(
    '%s names tests that exist',
    (_name, row) => {
      const proof = row.split('|').at(-2) ?? '';
      const named = [...proof.matchAll(/`([a-z0-9]+\/[\w/-]+)`(?: "([^"]+)")?/g)];
      if (!proof.includes('xem dưới')) expect(named.length).toBeGreaterThan(0);
      for (const [, file, title] of named) {
        const path = `test/${file}.test.ts`;
        expect([path, existsSync(path)]).toEqual([path, true]);
        if (title !== undefined) expect(readFileSync(path, 'utf8')).toContain(title);
      }
    },
  );
});
