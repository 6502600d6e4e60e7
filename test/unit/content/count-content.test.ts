import { expect, it } from '@jest/globals';
import { countContent } from '../../../src/content/count-content.ts';

const period = { firstDay: '2026-09-15', lastDay: '2026-12-14' };
const today = '2026-12-20';
const kept = {
  status: 'published' as const,
  valid: { from: '2026-01-01' },
  reviewed: '2026-06-01',
  review_by: '2027-06-01',
};

it('counts what is said, reviewed, about to end and over, to the day', () => {
  const topics = [
    { ...kept, id: 'plain' },
    { ...kept, id: 'draft', status: 'draft' as const, reviewed: '2026-10-01', review_by: '2026-12-25' },
    { ...kept, id: 'reviewed-before', reviewed: '2026-09-14' },
    { ...kept, id: 'reviewed-first-day', reviewed: '2026-09-15' },
    { ...kept, id: 'reviewed-last-day', reviewed: '2026-12-14' },
    { ...kept, id: 'reviewed-after', reviewed: '2026-12-15' },
    { ...kept, id: 'begins-tomorrow', valid: { from: '2026-12-21' } },
    { ...kept, id: 'ended-yesterday', valid: { from: '2026-01-01', until: '2026-12-19' } },
    { ...kept, id: 'ends-today', valid: { from: '2026-01-01', until: '2026-12-20' } },
    { ...kept, id: 'review-in-30-days', review_by: '2027-01-19' },
    { ...kept, id: 'review-in-31-days', review_by: '2027-01-20' },
    // What comes first counts.
    { ...kept, id: 'review-overdue', valid: { from: '2026-01-01', until: '2027-01-01' }, review_by: '2026-12-01' },
  ];
  expect(countContent(topics, period, today)).toEqual({
    // All twelve but the draft, the one that begins tomorrow and the one that ended yesterday.
    published: 9,
    reviewed: ['reviewed-first-day', 'reviewed-last-day'],
    expiring: ['ends-today', 'review-in-30-days'],
    expired: ['ended-yesterday', 'review-overdue'],
  });
});
