import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { createClaimFinder, findClaimsOn } from '../../../src/content/check/check-outdated-claims.ts';
import { outdatedClaimsSchema } from '../../../src/content/outdated-claims-schema.ts';

const content = resolve(import.meta.dirname, '../../../content');
const read = (file: string): unknown => parse(readFileSync(join(content, file), 'utf8'));
const find = createClaimFinder(outdatedClaimsSchema.parse(read('outdated-claims.yaml')));

/**
 * What citizens or officers read that is no topic: the topics and the catalogue's answers have tests of their own. The
 * presets of reports and the register of portals state nothing: they record former years' plans and closed portals.
 */
const files = globSync(
  [
    'presets/provinces.yaml',
    'units/*.yaml',
    'contacts.yaml',
    'holidays.yaml',
    'flows/*.yaml',
    'locales/*/*.yaml',
  ],
  { cwd: content },
);

/** Around every change that the content knows of, and far ahead. */
const days = ['2025-01-01', '2025-07-01', '2026-08-14', '2026-11-22', '2027-03-01', '2028-12-31'];

/** What an entry says holds between its own dates only. */
interface Said {
  text: string;
  from: string;
  until: string;
}

function textsIn(value: unknown, from = '', until = '9'): Said[] {
  if (typeof value === 'string') return [{ text: value, from, until }];
  if (typeof value !== 'object' || value === null) return [];
  const { valid } = value as { valid?: { from?: string; until?: string | null } };
  return Object.entries(value).flatMap(([key, part]) =>
    // A resolution is cited by its issuer's name of that day.
    key === 'resolution' ? [] : textsIn(part, valid?.from ?? from, valid?.until ?? until),
  );
}

describe('the claims that many pages still make', () => {
  it('are looked for in every kind of file', () => {
    const kinds = new Set(files.map((file) => file.split('/')[0]));
    expect([...kinds].sort()).toEqual([
      'contacts.yaml',
      'flows',
      'holidays.yaml',
      'locales',
      'presets',
      'units',
    ]);
    expect(findClaimsOn(find, 'Nộp hồ sơ tại Ủy ban nhân dân huyện.', '2026-11-22')).not.toEqual([]);
  });

  it.each(files)('are not made by %s on any day', (file) => {
    const faults = textsIn(read(file)).flatMap(({ text, from, until }) =>
      days
        .filter((day) => from <= day && day <= until)
        .flatMap((day) => findClaimsOn(find, text, day).map(({ claim, sentence }) => `${claim.id} ${day}: ${sentence}`)),
    );
    expect(faults).toEqual([]);
  });
});
