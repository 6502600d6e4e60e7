/** Markup that is safe to send: made by `html` alone, so everything that was put into it is escaped. */
export class Html {
  readonly #markup: string;

  constructor(parts: TemplateStringsArray, values: readonly Insertable[]) {
    const places = placesOf(parts);
    this.#markup = parts.reduce(
      (markup, part, index) => markup + render(values[index - 1], places[index - 1] ?? 'text') + part,
    );
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: text is escaped, markup and lists of it are taken over, nothing is left out. */
export type Insertable = Html | string | number | null | undefined | false | readonly Insertable[];

/**
 * Markup from a template. Text is escaped wherever it may stand: between tags and in quoted attributes. The address in a
 * `href`, `src` or `action` must be one that is safe to follow, else it becomes `#`. Inside a tag, outside of quotes,
 * only markup made by `html` may stand (a flag such as `required`, a whole attribute). A template with a value anywhere
 * else (in a tag's name, a script, a style, an `on…` attribute) throws when it is first used.
 */
export function html(parts: TemplateStringsArray, ...values: Insertable[]): Html {
  return new Html(parts, values);
}

/** An attribute without a value, present when `on`. */
export function flag(name: keyof typeof flags, on: boolean): Html {
  return on ? flags[name] : nothing;
}

/** Whether a link may lead there: http, https, mailto, tel, or a page of our own. */
export function isSafeAddress(address: string): boolean {
  return /^(https?:|mailto:|tel:|#|\?)/i.test(address) || /^\/(?![/\\])/.test(address);
}

/** Where a value stands: what may be put there follows from it. */
type Place = 'text' | 'attribute' | 'address' | 'tag';

const known = new WeakMap<TemplateStringsArray, Place[]>();

function placesOf(parts: TemplateStringsArray): Place[] {
  const places = known.get(parts) ?? findPlaces(parts);
  known.set(parts, places);
  return places;
}

function findPlaces(parts: TemplateStringsArray): Place[] {
  const places: Place[] = [];
  let state: 'text' | 'tag' | 'quoted' = 'text';
  let tag = '';
  for (const part of parts.slice(0, -1)) {
    for (const character of part) {
      if (state === 'text') {
        if (character === '<') [state, tag] = ['tag', ''];
        continue;
      }
      if (state === 'tag' && character === '>') {
        state = 'text';
        if (/^(script|style)\b/i.test(tag) && !/src="/.test(tag)) throw misplaced(tag);
        continue;
      }
      if (character === '"') state = state === 'tag' ? 'quoted' : 'tag';
      tag += character;
    }
    places.push(placeAt(state, tag));
    if (state === 'quoted') tag += '…';
  }
  return places;
}

function placeAt(state: 'text' | 'tag' | 'quoted', tag: string): Place {
  if (state === 'text') return 'text';
  if (state === 'tag') {
    if (!/^[a-z][a-z0-9]*[\s"]/i.test(tag) || /[=']\s*$/.test(tag)) throw misplaced(tag);
    return 'tag';
  }
  const [, name = '', before = ''] = /([\w-]+)="([^"]*)$/.exec(tag) ?? [];
  if (/^on/i.test(name) || name === 'style' || name === 'srcdoc') throw misplaced(tag);
  return /^(href|src|action|formaction)$/i.test(name) && before === '' ? 'address' : 'attribute';
}

function misplaced(tag: string): Error {
  return new Error(`html: no value may stand here: <${tag.slice(0, 80)}`);
}

function render(value: Insertable, place: Place): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map((one) => render(one, place)).join('');
  if (place === 'tag')
    throw new Error('html: inside a tag only markup may stand; put text into a quoted attribute.');
  const text = String(value);
  return escape(place === 'address' && !isSafeAddress(text) ? '#' : text);
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const nothing = html``;
const flags = {
  checked: html`checked`,
  required: html`required`,
  selected: html`selected`,
  disabled: html`disabled`,
  open: html`open`,
  multiple: html`multiple`,
};
