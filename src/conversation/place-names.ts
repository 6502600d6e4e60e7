import type { Library } from '../content/library.ts';
import type { PlacesFile } from '../content/places-schema.ts';
import { inLanguage } from '../content/render-block.ts';
import { capitalise } from '../content/render-topic.ts';
import { holdsOn } from '../content/validity.ts';
import { vietnamDay } from '../core/clock.ts';
import type { Understood } from '../core/understood.ts';
import { PhraseMatcher } from '../text/phrase-matcher.ts';
import { mentions, readTokens, simplify } from './phrases.ts';
import { say, type Turn } from './turn.ts';

export const placeNamesTopic = 'place-names';

type FormerPlace = PlacesFile['former'][number];
type CurrentPlace = PlacesFile['current'][number];

/** Places of one name are listed together; more than this is no answer. */
const placesAtMost = 6;
/** From this confidence on, a message is about what the classifier says, even when it names a place. */
const surelyElsewhere = 0.8;

const matchers = new WeakMap<PlacesFile, PhraseMatcher<FormerPlace>>();

/** What the places named in a message are called now; undefined when it does not ask for that. */
export function describePlaces(turn: Turn, text: string, understood: Understood): string | undefined {
  const tokens = readTokens(text);
  const isAsked = understood.topic === placeNamesTopic || understood.candidates[0]?.topic === placeNamesTopic;
  const goesOn = turn.session.topic === placeNamesTopic && tokens.length <= 8;
  const isWhere = mentions(turn.t, tokens, 'place_word');
  const isElsewhere =
    understood.decision === 'answer' && !isAsked && understood.confidence >= surelyElsewhere;
  // Whether papers with the old name must be changed is another question.
  const isOtherPart = understood.aspect !== null && understood.aspect !== 'place' && !isWhere;
  if (isElsewhere || isOtherPart || !(isAsked || goesOn || isWhere)) return undefined;
  // What still exists on this day is not yet "former".
  const found = findFormer(turn, tokens).filter(({ until }) => until < vietnamDay(turn.now));
  if (found.length === 0) return undefined;
  const lines = found.slice(0, placesAtMost).map((place) => describePlace(turn, place));
  return [...lines, sourceLine(turn, found)].join('\n');
}

/** The former places that a message names, the longest names first taken; of several with one name, all. */
function findFormer(turn: Turn, tokens: ReturnType<typeof readTokens>): FormerPlace[] {
  const matches = matcherOf(turn.library.places, turn)
    .findAll(tokens)
    .sort((one, other) => other.end - other.start - (one.end - one.start) || one.start - other.start);
  const taken: { start: number; end: number }[] = [];
  const found: FormerPlace[] = [];
  for (const { value, start, end } of matches) {
    const overlaps = taken.some((span) => start < span.end && span.start < end);
    const isSame = taken.some((span) => span.start === start && span.end === end);
    if (overlaps && !isSame) continue;
    if (!isSame) taken.push({ start, end });
    if (!found.includes(value)) found.push(value);
  }
  // "huyện A, tỉnh B": the containing unit only says which A is meant.
  const narrowed = found.filter(({ within }) =>
    within === undefined ? false : found.some(({ name }) => simplify(name.vi).endsWith(simplify(within))),
  );
  return narrowed.length > 0 ? narrowed : found;
}

/** Names are known with their kind ("thị xã Phước Long") and without it. */
function matcherOf(places: PlacesFile, turn: Turn): PhraseMatcher<FormerPlace> {
  const known = matchers.get(places);
  if (known !== undefined) return known;
  const made = new PhraseMatcher<FormerPlace>();
  const kinds = turn.t.list('vi', 'dialogue:place_kind');
  for (const place of places.former) {
    const name = place.name.vi;
    const kind = kinds.find((one) => name.toLocaleLowerCase('vi').startsWith(`${one} `));
    const short = kind === undefined ? name : name.slice(kind.length + 1);
    const names = new Set([name, ...(place.aliases ?? []), ...(/^\d/.test(short) ? [] : [short])]);
    for (const each of names) made.add(each.replace(/[*|?]/g, ' '), place, { strict: true });
  }
  matchers.set(places, made);
  return made;
}

function describePlace(turn: Turn, place: FormerPlace): string {
  const language = turn.session.language;
  const name = inLanguage(place.name, language);
  const old = capitalise(place.within === undefined ? name : `${name} (${place.within})`);
  const isDivided = place.divided === true || place.now.length > 1;
  return say(turn, isDivided ? 'place.divided' : 'place.merged', { old, new: currentNames(turn, place) });
}

/** Names of today; those of one province are listed before it: "xã A, xã B (thành phố C)". */
function currentNames(turn: Turn, place: FormerPlace): string {
  const day = vietnamDay(turn.now);
  const byProvince = new Map<string, string[]>();
  for (const id of place.now) {
    const current = turn.library.places.current.find((one) => one.id === id);
    if (current === undefined) continue;
    const { own, province } = currentName(turn, current, day);
    byProvince.set(province, [...(byProvince.get(province) ?? []), own]);
  }
  return [...byProvince]
    .map(([province, names]) => (province === '' ? names.join(', ') : `${names.join(', ')} (${province})`))
    .join('; ');
}

function currentName(turn: Turn, place: CurrentPlace, day: string): { own: string; province: string } {
  const language = turn.session.language;
  const province = place.province === undefined ? undefined : turn.library.provinces.get(place.province);
  const provinceName = nameOn(province?.names, day);
  const name =
    place.level === 'province' ? (provinceName ?? nameOn(place.names, day)) : nameOn(place.names, day);
  const own = name === undefined ? '' : inLanguage(name, language);
  const within =
    place.level === 'province' || provinceName === undefined ? '' : inLanguage(provinceName, language);
  return { own, province: within };
}

function nameOn(
  names:
    | readonly { full: { vi: string; en?: string | undefined }; valid: Parameters<typeof holdsOn>[0] }[]
    | undefined,
  day: string,
): { vi: string; en?: string | undefined } | undefined {
  return names?.find(({ valid }) => holdsOn(valid, day))?.full;
}

function sourceLine(turn: Turn, places: readonly FormerPlace[]): string {
  const documents = [...new Set(places.map(({ legal }) => legal))]
    .flatMap((id) => documentName(turn.library, id))
    .slice(0, 2);
  return documents.length === 0
    ? say(turn, 'place.source')
    : say(turn, 'source.legal', { documents: documents.join('; ') });
}

function documentName(library: Library, id: string): string[] {
  const document = library.legal.get(id);
  return document === undefined ? [] : [`${capitalise(document.kind)} ${document.number}`];
}
