import type { Html } from '../html.ts';
import type { UnitContext } from '../route.ts';
import { sectionLinks } from '../section-links.ts';

const sections = {
  topics: '/content',
  facts: '/content/facts',
  changes: '/content/changes',
  controls: '/content/controls',
} as const;

/** The pages of content side by side. */
export function contentLinks(context: UnitContext, current: keyof typeof sections): Html {
  return sectionLinks(context, 'staff-content', sections, current);
}
