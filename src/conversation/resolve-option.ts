import type { Option } from '../core/session.ts';

/** Words for first, second …, in Vietnamese with and without marks and in English. */
const ordinals: readonly RegExp[] = [
  /^(?:1|một|mot|(?:cái |cai |số |so |mục |muc )?(?:đầu tiên|dau tien|thứ nhất|thu nhat|đầu|dau)|(?:the )?first(?: one)?)$/u,
  /^(?:2|hai|(?:cái |cai |số |so |mục |muc )?(?:thứ hai|thu hai|thứ 2|thu 2)|(?:the )?second(?: one)?)$/u,
  /^(?:3|ba|(?:cái |cai |số |so |mục |muc )?(?:thứ ba|thu ba|thứ 3|thu 3)|(?:the )?third(?: one)?)$/u,
  /^(?:4|bốn|bon|(?:cái |cai |số |so |mục |muc )?(?:thứ tư|thu tu|thứ 4|thu 4)|(?:the )?fourth(?: one)?)$/u,
  /^(?:5|năm|nam|(?:cái |cai |số |so |mục |muc )?(?:thứ năm|thu nam|thứ 5|thu 5)|(?:the )?fifth(?: one)?)$/u,
];
const last =
  /^(?:(?:cái |cai |số |so |mục |muc )?(?:cuối cùng|cuoi cung|cuối|cuoi|sau cùng|sau cung)|(?:the )?last(?: one)?)$/u;
const politeness =
  /\b(?:ạ|a|nhé|nhe|nha|đi|di|thôi|thoi|please)$|^(?:dạ|da|chọn|chon|lấy|lay|số|so|mục|muc|cái|cai)\s+/gu;

/** The option that a short message picks by number, place or title; undefined when it does not. */
export function resolveOption(text: string, options: readonly Option[]): Option | undefined {
  if (options.length === 0 || text.length > 60) return undefined;
  const said = simplify(text);
  const bare = said.replace(politeness, '').replace(politeness, '').trim();
  const byTitle = options.find(
    (option) => simplify(option.title) === said || simplify(option.title) === bare,
  );
  if (byTitle !== undefined) return byTitle;
  if (last.test(said) || last.test(bare)) return options.at(-1);
  const index = ordinals.findIndex((ordinal) => ordinal.test(said) || ordinal.test(bare));
  return index === -1 ? undefined : options[index];
}

/** Small letters, single spaces, no closing punctuation. */
function simplify(text: string): string {
  return text
    .normalize('NFC')
    .toLocaleLowerCase('vi')
    .replace(/[.,!?)(:;"']+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
