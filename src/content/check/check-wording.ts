import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import { splitSentences, type CitizenText } from './citizen-texts.ts';
import { error, quote } from './report.ts';

const invisible = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/u;

/** Every file is stored composed (NFC) and without invisible characters, so that search and limits count right. */
export function checkEncoding({ raw }: CheckInput): Finding[] {
  return raw.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => {
      const place = { file, line: index + 1 };
      return [
        ...(line === line.normalize('NFC')
          ? []
          : [
              error(
                'not-nfc',
                place,
                `Chữ có dấu viết dạng tách rời (không phải NFC): ${quote(line)}`,
                'Gõ lại dòng này bằng bộ gõ Unicode dựng sẵn',
              ),
            ]),
        ...(invisible.test(line)
          ? [
              error(
                'invisible-character',
                place,
                `Có ký tự không nhìn thấy: ${quote(line.replace(invisible, '□'))}`,
                'Xóa ký tự ấy; thường do chép từ trang web hoặc tệp PDF',
              ),
            ]
          : []),
      ];
    }),
  );
}

const marksUp: readonly RegExp[] = [
  /\*|`|\||~~/,
  /(^|\s)_\S/,
  /\]\(/,
  /(^|\n)\s*#{1,6}\s/,
  /(^|\n)\s*>\s/,
  /<\/?[a-z][^>]*>/i,
  /(^|\n)\s*[•·▪–—]\s/,
];

/** The channels show plain text: a mark would be read as it is. */
export function checkMarks(texts: readonly CitizenText[]): Finding[] {
  return texts.flatMap((text) =>
    marksUp.flatMap((mark) => {
      const match = mark.exec(text.text);
      if (match === null) return [];
      return [
        error(
          'markdown',
          { file: text.file, line: text.lineAt(match.index + match[0].length - match[0].trimStart().length) },
          `Có dấu định dạng ${quote(match[0])}, người dân sẽ thấy nguyên dấu ấy`,
          'Bỏ dấu; liệt kê bằng "- " hoặc "1. " ở đầu dòng',
        ),
      ];
    }),
  );
}

const markedWord = /^[\p{L}]*[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ][\p{L}]*$/iu;
const englishWords = new Set(
  'the of and for you your is are with to at or in if not must can from which when file paper this that it we do please ask'.split(
    ' ',
  ),
);
/** Quoted words, addresses, document numbers and filled-in names belong to no language. */
const foreign = /"[^"]*"|“[^”]*”|\([^)]*\)|\{\{[^}]*\}\}|\S*[\d@/]\S*|\S+\.\S+/gu;

/** Vietnamese under `vi`, English under `en`; Vietnamese with its diacritics. */
export function checkLanguage(texts: readonly CitizenText[]): Finding[] {
  return texts.flatMap((text) =>
    splitSentences(text.text).flatMap((sentence) => {
      const place = { file: text.file, line: text.lineAt(sentence.offset) };
      const words = sentence.text.replace(foreign, ' ').match(/\p{L}+/gu) ?? [];
      const marked = words.filter((word) => markedWord.test(word)).length;
      if (text.language === 'en') {
        return marked >= 3 && marked >= words.length / 4
          ? [
              error(
                'wrong-locale',
                place,
                `Tiếng Việt trong phần tiếng Anh: ${quote(sentence.text)}`,
                'Dịch câu này, hoặc bỏ khóa en để hiện bản tiếng Việt kèm lời báo',
              ),
            ]
          : [];
      }
      const english = words.filter((word) => englishWords.has(word.toLowerCase())).length;
      if (words.length >= 4 && english >= 2 && english >= words.length / 5 && marked < words.length / 4) {
        return [
          error(
            'wrong-locale',
            place,
            `Tiếng Anh trong phần tiếng Việt: ${quote(sentence.text)}`,
            'Viết lại bằng tiếng Việt; phần tiếng Anh để dưới khóa en',
          ),
        ];
      }
      return isWithoutDiacritics(words)
        ? [
            error(
              'diacritics-missing',
              place,
              `Câu tiếng Việt thiếu dấu: ${quote(sentence.text)}`,
              'Gõ lại câu có đủ dấu',
            ),
          ]
        : [];
    }),
  );
}

/** Short questions may be without marks by right: "Khai sinh cho ai?" */
const unmarkedWordsAtMost = 4;
const unmarkedRunAtMost = 7;

/** Whether a sentence has no marks at all, or so long a run without that a part of it lost them. */
function isWithoutDiacritics(words: readonly string[]): boolean {
  const plain = words.filter((word) => word.length > 1 && word !== word.toUpperCase());
  if (plain.length > unmarkedWordsAtMost && !plain.some((word) => markedWord.test(word))) return true;
  let run = 0;
  return plain.some((word) => (run = markedWord.test(word) ? 0 : run + 1) > unmarkedRunAtMost);
}
