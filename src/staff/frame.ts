import type { Unit } from '../content/library.ts';
import { covers, roleIn, type StaffUser } from '../core/staff.ts';
import { html, type Html } from './html.ts';
import { navigation } from './navigation.ts';
import type { PageAnswer } from './route.ts';
import type { StaffText } from './staff-text.ts';

export interface FrameOptions {
  t: StaffText;
  page: PageAnswer;
  /** Undefined where nobody is signed in, or not wholly yet. */
  user: StaffUser | undefined;
  unit: Unit | undefined;
  csrf: Html;
  /** Path of the request, to mark where in the menu it is. */
  path: string;
  /** What was just done, said before everything else. */
  done: string | undefined;
  assets: { style: string; script: string };
}

/** A whole page of the console around what a handler made. */
export function renderFrame(options: FrameOptions): string {
  const { t, page, unit, assets, done } = options;
  const title = [page.title, unit?.name.vi ?? t('frame.product')].join(' – ');
  return `<!doctype html>\n${html`<html lang="vi">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light" />
      <meta name="robots" content="noindex" />
      <title>${(page.status ?? 200) === 422 ? `${t('frame.faulty')}: ` : ''}${title}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="${assets.style}" />
      <script type="module" src="${assets.script}"></script>
    </head>
    <body>
      <a class="skip" href="#content">${t('frame.skip')}</a>
      ${header(options)}
      <div class="page">
        ${
          page.back !== undefined &&
          html`<nav class="back" aria-label="${t('frame.back')}">
            <a href="${page.back.to}">${page.back.label}</a>
          </nav>`
        }
        <main id="content" tabindex="-1">
          ${done !== undefined && html`<div class="done" role="status">${done}</div>`}
          <h1>${page.title}</h1>
          ${page.body}
        </main>
      </div>
      <footer class="foot"><p>${t('frame.foot')}</p></footer>
    </body>
  </html>`.toString()}\n`;
}

function header({ t, user, unit, csrf, path }: FrameOptions): Html {
  return html`<header class="head">
    <div class="head-bar">
      <p class="head-name">
        <a href="/staff">${t('frame.product')}</a>${unit !== undefined && html`<span>${unit.name.vi}</span>`}
      </p>
      ${
        user !== undefined &&
        html`<div class="head-user">
          <a href="/staff/-/account">${user.name}</a>
          <form method="post" action="/staff/-/sign-out">
            ${csrf}<button type="submit" class="button-link">${t('frame.sign_out')}</button>
          </form>
        </div>`
      }
    </div>
    ${user !== undefined && unit !== undefined && menu(t, user, unit, path)}
  </header>`;
}

/** Where one can go: a line of links where there is room, else a list that opens on demand; one of them is shown. */
function menu(t: StaffText, user: StaffUser, unit: Unit, path: string): Html {
  const role = roleIn(user.roles, unit.id);
  const entries = navigation
    .filter((entry) => covers(role, entry.role))
    .map((entry) => ({ ...entry, to: `/staff/${unit.id}${entry.path}` }));
  const isCurrent = ({ to, path: own }: { to: string; path: string }) =>
    own === '' ? path === to : path === to || path.startsWith(`${to}/`);
  const current = entries.find(isCurrent);
  const list = html`<ul>
    ${entries.map((entry) => html`<li><a href="${entry.to}" ${entry === current && html` aria-current="page"`}>${t(entry.label)}</a></li>`)}
  </ul>`;
  return html`<nav class="menu" aria-label="${t('frame.menu')}">
    <div class="menu-wide">${list}</div>
    <details class="menu-narrow">
      <summary>
        ${t('frame.menu')}${current !== undefined && html`<span>: ${t(current.label)}</span>`}
      </summary>
      ${list}
    </details>
  </nav>`;
}
