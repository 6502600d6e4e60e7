import { describe, expect, it } from '@jest/globals';
import { covers, everyUnit, roleIn, staffRoles } from '../../../src/core/staff.ts';

describe('roles', () => {
  it('each covers those before it and none after', () => {
    for (const [index, held] of staffRoles.entries()) {
      expect(staffRoles.filter((needed) => covers(held, needed))).toEqual(staffRoles.slice(0, index + 1));
    }
    expect(covers(undefined, 'viewer')).toBe(false);
  });

  it('a role holds in its own unit alone, the province’s in all, and the higher one counts', () => {
    expect(roleIn({ a: 'editor' }, 'a')).toBe('editor');
    expect(roleIn({ a: 'editor' }, 'b')).toBeUndefined();
    expect(roleIn({ [everyUnit]: 'reviewer' }, 'b')).toBe('reviewer');
    expect(roleIn({ a: 'editor', [everyUnit]: 'reviewer' }, 'a')).toBe('editor');
    expect(roleIn({ a: 'viewer', [everyUnit]: 'approver' }, 'a')).toBe('approver');
  });
});
