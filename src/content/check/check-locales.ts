import type { Finding } from '../finding.ts';
import type { CheckInput, LocaleFile } from './check-input.ts';
import { isStaffText, listLeaves } from './citizen-texts.ts';
import { error } from './report.ts';

/** Vietnamese and the other languages must have the same keys and the same filled-in values. */
export function checkLocales(input: CheckInput): Finding[] {
  const { locales } = input;
  const vietnamese = locales.filter(({ language }) => language === 'vi');
  const others = locales.filter(({ language }) => language !== 'vi');
  const languages = new Set(others.map(({ language }) => language));
  return [
    ...others.flatMap((file) =>
      comparePair(
        input,
        file,
        vietnamese.find(({ stem }) => stem === file.stem),
        'Thêm khóa vào tệp tiếng Việt cùng tên, hoặc bỏ khóa thừa',
      ),
    ),
    ...vietnamese.flatMap((file) =>
      [...languages].flatMap((language) => {
        const other = others.find((one) => one.language === language && one.stem === file.stem);
        return comparePair(input, file, other, `Thêm bản dịch vào content/locales/${language}/${file.stem}.yaml`);
      }),
    ),
  ];
}

/** Lists are compared by their presence alone: two languages may need different numbers of words. */
function keysOf(file: LocaleFile): Map<string, { path: (string | number)[]; text: string }> {
  return new Map(
    listLeaves(file.value).map((leaf) => {
      const isInList = leaf.path.some((part) => typeof part === 'number');
      const path = isInList ? leaf.path.slice(0, leaf.path.findIndex((part) => typeof part === 'number')) : leaf.path;
      return [path.join('.'), { path, text: isInList ? '' : leaf.text }];
    }),
  );
}

function comparePair(
  input: CheckInput,
  file: LocaleFile,
  other: LocaleFile | undefined,
  fix: string,
): Finding[] {
  const theirs = other === undefined ? new Map<string, never>() : keysOf(other);
  return [...keysOf(file)].flatMap(([key, { path, text }]) => {
    const place = { file: file.file, line: file.lineOf(path) };
    if (isStaffText(file, path, input)) return [];
    const counterpart = theirs.get(key);
    if (counterpart === undefined) {
      return [
        error(
          'locale-key-missing',
          place,
          `Khóa ${file.stem}:${key} có ở ${file.language} mà thiếu ở ${other?.language ?? 'ngôn ngữ kia'}`,
          fix,
        ),
      ];
    }
    const [own, its] = [valuesIn(text), valuesIn(counterpart.text)];
    return own === its || file.language !== 'vi'
      ? []
      : [
          error(
            'locale-values-differ',
            place,
            `Khóa ${file.stem}:${key} điền ${own || 'không gì'} ở vi mà ${its || 'không gì'} ở ${other?.language ?? ''}`,
            'Dùng cùng các {{…}} trong hai ngôn ngữ',
          ),
        ];
  });
}

function valuesIn(text: string): string {
  return [...new Set(text.match(/\{\{\s*\w+\s*\}\}/gu) ?? [])].sort().join(' ');
}
