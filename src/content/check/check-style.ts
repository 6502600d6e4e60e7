import type { Finding } from '../finding.ts';
import { compilePattern } from '../outdated-claims-schema.ts';
import type { CheckInput } from './check-input.ts';
import { splitSentences, type CitizenText } from './citizen-texts.ts';
import { quote, warning } from './report.ts';

/** More words than this in one sentence are hard to read on a telephone. */
const sentenceLimitWords = 30;

/** Long sentences, officialese with a plain word, and names of what no longer exists outside history. */
export function checkStyle(input: CheckInput, texts: readonly CitizenText[]): Finding[] {
  const wording = input.wording.value;
  if (wording === undefined) return [];
  const history = compileWords(wording.history);
  const stale = wording.stale.map(({ words, now }) => ({ pattern: compileWords(words), now }));
  const officialese = wording.officialese.map(({ words, plain }) => ({ pattern: compileWords(words), plain }));
  return texts.flatMap((text) =>
    splitSentences(text.text).flatMap(({ text: sentence, offset }) => {
      const place = { file: text.file, line: text.lineAt(offset) };
      const words = sentence.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      const isHistory = history.test(sentence);
      return [
        ...(words > sentenceLimitWords && text.role !== 'label'
          ? [
              warning(
                'long-sentence',
                place,
                `Câu dài ${words} từ: ${quote(sentence)}`,
                `Tách thành các câu tối đa ${sentenceLimitWords} từ, hoặc thành danh sách`,
              ),
            ]
          : []),
        ...(isHistory ? [] : stale).flatMap(({ pattern, now }) => {
          const match = pattern.exec(sentence);
          return match === null
            ? []
            : [
                warning(
                  'stale-term',
                  place,
                  `"${match[0]}" nay không còn: ${quote(sentence)}`,
                  `Nay là: ${now}. Nếu nhắc chuyện cũ, nói rõ (không còn, trước đây, cũ)`,
                ),
              ];
        }),
        ...officialese.flatMap(({ pattern, plain }) => {
          const match = pattern.exec(sentence);
          return match === null
            ? []
            : [
                warning(
                  'officialese',
                  place,
                  `"${match[0]}" là lời hành chính: ${quote(sentence)}`,
                  `Lời thường: ${plain}`,
                ),
              ];
        }),
      ];
    }),
  );
}

function compileWords(words: readonly string[]): RegExp {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return compilePattern(escaped.join('|'));
}
