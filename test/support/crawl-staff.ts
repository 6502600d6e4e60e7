import type { Page } from 'playwright-core';

/** What a page holds that leads on. */
interface Leads {
  links: string[];
  forms: number;
}

/** A page of the console as it was seen. */
export interface SeenPage {
  path: string;
  status: number;
}

/** Pages of one kind that are looked at: a hundred topics are shown by the same lines of code. */
const perKind = 2;
/** Files, and what would end the visit. */
const isFile =
  /\/(?:export|files?|poster|qr|template)\b|\.(?:csv|xlsx|docx|json|pdf|png|svg|zip|css|js)(?:$|\?)/;
const isExit = /sign-out|new-password|second-factor|disable|\/users\/[^/]+\/(?:end|invite)|\/-\/account/;

const readLeads = `({
  links: [...document.querySelectorAll('a[href]')].map((link) => link.href),
  forms: document.forms.length,
})`;

/**
 * Visits all that can be reached from `start` by links that `stays` lets pass, a few pages of each kind, and calls `look` on
 * each. Returns the addresses of files that were met on the way, a few of each kind too.
 */
export async function crawl(
  page: Page,
  start: string,
  stays: (path: string) => boolean,
  look: (seen: SeenPage) => Promise<void>,
): Promise<string[]> {
  const origin = new URL(start).origin;
  const kinds = new Map<string, number>();
  const known = new Set([start]);
  const files: string[] = [];
  const left = [start];
  for (let url = left.shift(); url !== undefined; url = left.shift()) {
    const answer = await page.goto(url);
    await look({ path: url.slice(origin.length), status: answer?.status() ?? 0 });
    const { links } = await page.evaluate<Leads>(readLeads);
    for (const link of links) {
      const next = link.split('#')[0] ?? '';
      const isOurs = next.startsWith(`${origin}/staff`) && stays(next.slice(origin.length));
      if (!isOurs || known.has(next) || isExit.test(next)) continue;
      known.add(next);
      if (countKind(kinds, new URL(next)) > perKind) continue;
      if (isFile.test(next)) files.push(next);
      else left.push(next);
    }
  }
  return files;
}

/** How many of its kind there are now; ids and what is searched for make no kind of their own. */
function countKind(kinds: Map<string, number>, { pathname }: URL): number {
  const parts = pathname.split('/').map((part) => (part.length > 20 || /\d/.test(part) ? '#' : part));
  const kind = [
    ...parts.slice(0, 5),
    parts.length,
    pathname.split('.')[1] ?? '',
    parts.at(-1)?.slice(0, 4),
  ].join('/');
  const count = (kinds.get(kind) ?? 0) + 1;
  kinds.set(kind, count);
  return count;
}

/** What identifies a form among those of the same lines of code: its fields. */
const readShape = (index: number) => `(() => {
  const form = document.forms[${index}];
  if (form === undefined) return null;
  return { action: form.action, fields: [...form.elements].map(({ name }) => name).join(' ') };
})()`;

const fill = (index: number, { words, link, keeps }: Words) => `(() => {
  const form = document.forms[${index}];
  const dayFrom = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  form.noValidate = true;
  for (const field of form.elements) {
    if (field.matches('textarea, input[type=text], input[type=search], input[type=url], input:not([type])')) {
      if (${keeps} && field.value !== '') continue;
      field.value = /url|link|href/.test(field.name) ? ${JSON.stringify(link)} : ${JSON.stringify(words)};
    } else if (field.matches('input[type=email]')) field.value = 'a@example.vn';
    else if (field.matches('input[type=radio]') && form.elements[field.name].value === '') field.checked = true;
    else if (field.matches('select') && field.value === '') field.selectedIndex = field.options.length - 1;
    else if (field.matches('input[type=date]') && field.value === '') field.value = dayFrom(/until/.test(field.name) ? 2 : 0);
    else if (field.matches('input[type=time]') && field.value === '') field.value = '16:00';
    else if (field.matches('input[type=number]') && field.value === '') field.value = '1';
  }
  const button = form.querySelector('button[name]');
  if (button === null) form.submit();
  else form.requestSubmit(button);
})()`;

/** What a form is filled with. */
interface Words {
  words: string;
  /** For fields that hold an address. */
  link: string;
  /** Whether fields that hold something keep it. */
  keeps: boolean;
}

/**
 * Fills a form's fields for words and sends it as it is otherwise.
 * Returns the status of what came; undefined where nothing did, for a form that would end the visit, and for one whose like
 * is in `known` already.
 */
export async function sendForm(
  page: Page,
  index: number,
  words: Words,
  known: Set<string>,
): Promise<number | undefined> {
  const shape = await page.evaluate<{ action: string; fields: string } | null>(readShape(index));
  if (shape === null || isExit.test(shape.action)) return undefined;
  const kind = `${new URL(shape.action).pathname.split('/').length} ${shape.fields}`;
  if (known.has(kind)) return undefined;
  known.add(kind);
  const came = page.waitForNavigation({ timeout: 15_000 }).catch(() => null);
  await page.evaluate(fill(index, words)).catch(() => undefined);
  return (await came)?.status();
}
