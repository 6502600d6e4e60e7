import type { Translator } from '../content/translator.ts';
import type { Option } from '../core/session.ts';
import { says, simplify, withoutPoliteness } from './phrases.ts';

/** A longer message says something of its own. */
const optionLengthAtMost = 60;
const ordinalsAtMost = 10;
const noneOfThese = 'none-of-these';

/** The option that a short message picks by number, place or title; undefined when it does not. */
export function resolveOption(text: string, options: readonly Option[], t: Translator): Option | undefined {
  if (options.length === 0 || text.length > optionLengthAtMost) return undefined;
  const said = simplify(text);
  if (said === '') return undefined;
  const bare = withoutPoliteness(t, said);
  const byTitle = options.find(({ title }) => [said, bare].includes(simplify(title)));
  if (byTitle !== undefined) return byTitle;
  // "Không phải" stands last but is not what "the last one" means.
  if (says(t, text, 'ordinal_last')) return options.filter(({ payload }) => payload !== noneOfThese).at(-1);
  for (let place = 1; place <= Math.min(options.length, ordinalsAtMost); place += 1) {
    if (says(t, text, `ordinal.${place}`)) return options[place - 1];
  }
  return undefined;
}
