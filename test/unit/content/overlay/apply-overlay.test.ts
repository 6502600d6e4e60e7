import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadLibrary } from '../../../../src/content/load-library.ts';
import { applyOverlay, type Overlay } from '../../../../src/content/overlay/apply-overlay.ts';
import { contentChange } from '../../../../src/content/overlay/content-change.ts';

const root = resolve(import.meta.dirname, '../../../..');
const contentDir = join(root, 'content');
const unitsDir = join(contentDir, 'units');

const fee = contentChange.parse({
  kind: 'section',
  topic: 'passport',
  aspect: 'fee',
  entries: [{ text: { vi: 'Phí mới là 1 đồng.' }, sources: ['moi'] }],
  sources: [{ id: 'moi', kind: 'law', where: 'Thông tư thử', date: '2026-11-20' }],
  reviewed: '2026-11-20',
  reviewed_by: 'Lan',
  review_by: '2027-05-20',
});
const hours = contentChange.parse({
  kind: 'unit-fact',
  unit: 'hang-gon',
  fact: 'hours',
  value: { weekly: { sat: ['08:00-11:00'] }, confirmed_by: 'Lan', confirmed_on: '2026-11-20' },
});
const overlay: Overlay = [
  { id: '1', change: fee },
  { id: '2', change: hours },
];

describe('the overlay', () => {
  it('replaces a part of a topic and a fact of a unit, and nothing else', async () => {
    const before = await loadLibrary(contentDir, unitsDir);
    const after = await loadLibrary(contentDir, unitsDir, overlay);
    const was = before.topics.get('passport');
    const is = after.topics.get('passport');
    expect(is?.sections.fee).toEqual([{ text: { vi: 'Phí mới là 1 đồng.' }, sources: ['moi'] }]);
    expect(is).toMatchObject({ reviewed: '2026-11-20', reviewed_by: 'Lan', review_by: '2027-05-20' });
    expect(is?.sources.map(({ id }) => id)).toEqual([...(was?.sources.map(({ id }) => id) ?? []), 'moi']);
    expect(is?.sections.documents).toEqual(was?.sections.documents);
    expect(after.units.get('hang-gon')?.hours?.weekly).toEqual({ sat: ['08:00-11:00'] });
    expect(after.units.get('hang-gon')?.contacts).toEqual(before.units.get('hang-gon')?.contacts);
    expect(after.topics.get('birth-registration')).toEqual(before.topics.get('birth-registration'));
    expect(after.version).not.toBe(before.version);
    expect((await loadLibrary(contentDir, unitsDir, [])).version).toBe(before.version);
  });

  it('lets the later of two changes win, and keeps comments of the file', async () => {
    const file = 'content/units/hang-gon.yaml';
    const text = await readFile(join(root, file), 'utf8');
    const later = { ...hours, value: { weekly: { sun: ['09:00-10:00'] } } };
    const merged = applyOverlay(file, text, [...overlay, { id: '3', change: later as never }]);
    expect(merged).toContain('sun:');
    expect(merged).not.toContain('08:00-11:00');
    expect(merged).toContain('# Đơn vị trình diễn.');
  });

  it('leaves a file alone that no change is of, and a change that it does not know', () => {
    expect(applyOverlay('content/procedures/other.yaml', 'id: other', overlay)).toBe('id: other');
    const foreign = [{ id: '4', change: { ...fee, kind: 'section', aspect: 'no-such' } as never }];
    expect(applyOverlay('content/procedures/passport.yaml', 'id: passport\n', foreign)).toBe('id: passport\n');
  });

  it('takes no change of what an editor may not touch', () => {
    expect(contentChange.safeParse({ ...hours, fact: 'channels', value: {} }).success).toBe(false);
    expect(contentChange.safeParse({ ...hours, unit: '../../etc' }).success).toBe(false);
    expect(contentChange.safeParse({ ...fee, sources: [] }).success).toBe(false);
    expect(contentChange.safeParse({ ...fee, reviewed: 'hôm qua' }).success).toBe(false);
  });
});
