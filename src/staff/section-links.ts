import { html, type Html } from './html.ts';
import type { UnitContext } from './route.ts';

/**
 * The pages of one part of the console side by side. `sections` are paths of the unit by name; `texts` is the namespace
 * with the names under `section` and what they are together under `sections`.
 */
export function sectionLinks<Name extends string>(
  { t, path }: UnitContext,
  texts: string,
  sections: Readonly<Record<Name, string>>,
  current: Name,
): Html {
  return html`<nav class="sections" aria-label="${t(`${texts}:sections`)}">
    <ul>
      ${Object.entries<string>(sections).map(
        ([name, to]) =>
          html`<li>
            <a href="${path(to)}" ${name === current && html` aria-current="page"`}
              >${t(`${texts}:section.${name}`)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
