import { describe, expect, it } from '@jest/globals';
import { createAnchor, formatAnchor } from '../../../src/evidence/anchor.ts';

describe('an anchor', () => {
  it('holds what a trusted root needs, in canonical form, and nothing else', () => {
    const anchor = createAnchor({
      unitId: 'hang-gon',
      number: 12,
      hash: 'ab'.repeat(32),
      header: '{}',
      leaves: null,
      firstAt: '2026-07-01T00:00:00.000000Z',
      lastAt: '2026-07-01T00:00:00.000000Z',
      latestAt: '2026-07-01T00:00:00.000000Z',
      sealedAt: '2026-07-01T00:05:00.000000Z',
    });
    expect(formatAnchor(anchor)).toBe(
      `{"hash":"${'ab'.repeat(32)}","number":12,"sealedAt":"2026-07-01T00:05:00.000000Z","unit":"hang-gon","v":1}\n`,
    );
  });
});
