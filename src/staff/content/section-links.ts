import { html, type Html } from '../html.ts';
import type { UnitContext } from '../route.ts';

const sections = {
  topics: '/content',
  facts: '/content/facts',
  changes: '/content/changes',
  controls: '/content/controls',
} as const;

/** The pages of content side by side. */
export function contentLinks({ t, path }: UnitContext, current: keyof typeof sections): Html {
  return html`<nav class="sections" aria-label="${t('staff-content:sections')}">
    <ul>
      ${Object.entries(sections).map(
          ([name, to]) =>
            html`<li>
              <a href="${path(to)}" ${name === current && html` aria-current="page"`}
                >${t(`staff-content:section.${name}`)}</a
              >
            </li>`,
        )}
    </ul>
  </nav>`;
}
