import { html, type Html } from '../html.ts';
import type { UnitContext } from '../route.ts';

const sections = {
  queue: '/review',
  draft: '/review/draft',
  history: '/review/history',
  wanted: '/review/wanted',
} as const;

/** The pages of reviewing side by side. */
export function sectionLinks({ t, path }: UnitContext, current: keyof typeof sections): Html {
  return html`<nav class="sections" aria-label="${t('staff-review:sections')}">
    <ul>
      ${Object.entries(sections).map(
        ([name, to]) =>
          html`<li>
            <a href="${path(to)}" ${name === current && html` aria-current="page"`}
              >${t(`staff-review:section.${name}`)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
