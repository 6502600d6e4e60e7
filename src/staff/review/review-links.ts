import type { Html } from '../html.ts';
import type { UnitContext } from '../route.ts';
import { sectionLinks } from '../section-links.ts';

const sections = {
  queue: '/review',
  draft: '/review/draft',
  history: '/review/history',
  wanted: '/review/wanted',
} as const;

/** The pages of reviewing side by side. */
export function reviewLinks(context: UnitContext, current: keyof typeof sections): Html {
  return sectionLinks(context, 'staff-review', sections, current);
}
