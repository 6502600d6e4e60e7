import type { Finding } from '../finding.ts';
import type { LoadedFile } from '../load-library.ts';
import { folders, type CheckInput } from './check-input.ts';
import { compareExamples, type PlacedExample } from './compare-examples.ts';
import { error, quote, warning } from './report.ts';

/** Examples wanted of each topic; fewer are understood less reliably. */
const wantedExamples = { procedure: 25, guide: 12, general: 12, english: 8 } as const;

/** Questions, answers and expected answers belong together: one stem in three folders, no example in two topics. */
export function checkIntents(input: CheckInput): Finding[] {
  return [
    ...checkPairs(input),
    ...checkGolden(input),
    ...checkCounts(input),
    ...checkAliases(input),
    ...checkNegatives(input),
    ...compareExamples(listExamples(input), input),
  ];
}

function checkPairs({ content, intents }: CheckInput): Finding[] {
  const topics = new Map(content.topics.map((file) => [file.stem, file.kind]));
  const asked = new Set(intents.map((file) => `${file.kind} ${file.stem}`));
  return [
    ...intents.flatMap((file) => {
      const place = { file: file.file, line: file.lineOf(['topic']) };
      const folder = folders.find(([, kind]) => kind === file.kind)?.[0] ?? '';
      const findings: Finding[] = [];
      if (topics.get(file.stem) !== file.kind) {
        findings.push(
          error(
            'intent-without-content',
            place,
            `Không có content/${folder}/${file.stem}.yaml cho tệp câu hỏi này`,
            'Thêm tệp nội dung cùng tên (tthc content new), hoặc xóa tệp câu hỏi',
          ),
        );
      }
      if (file.value !== undefined && file.value.topic !== file.stem) {
        findings.push(
          error('stem', place, `topic "${file.value.topic}" khác tên tệp "${file.stem}"`, 'Đặt topic giống tên tệp'),
        );
      }
      return findings;
    }),
    ...content.topics.flatMap((file) => {
      if (asked.has(`${file.kind} ${file.stem}`)) return [];
      const folder = folders.find(([, kind]) => kind === file.kind)?.[0] ?? '';
      return [
        error(
          'content-without-intent',
          { file: file.file, line: 1 },
          `Không có intents/${folder}/${file.stem}.yaml: không ai hỏi được chủ đề này`,
          'Thêm tệp câu hỏi cùng tên, ít nhất 25 câu (thủ tục) hoặc 12 câu (hướng dẫn)',
        ),
      ];
    }),
  ];
}

function checkGolden({ content, golden }: CheckInput): Finding[] {
  if (golden === undefined) return [];
  return content.topics.flatMap((file) => {
    const folder = folders.find(([, kind]) => kind === file.kind)?.[0] ?? '';
    if (golden.has(`${folder}/${file.stem}`)) return [];
    return [
      error(
        'golden-missing',
        { file: file.file, line: 1 },
        `Thiếu test/golden/${folder}/${file.stem}.yaml`,
        'Thêm tệp câu hỏi kiểm tra cùng tên, với những câu không có trong intents/',
      ),
    ];
  });
}

function checkCounts({ intents, smalltalk }: CheckInput): Finding[] {
  const judge = (
    file: LoadedFile<unknown>,
    path: PropertyKey[],
    kind: keyof typeof wantedExamples,
    counts: { vi: number; en: number },
  ): Finding[] =>
    (['vi', 'en'] as const).flatMap((language) => {
      const wanted = language === 'vi' ? wantedExamples[kind] : wantedExamples.english;
      if (counts[language] >= wanted) return [];
      return [
        warning(
          'few-examples',
          { file: file.file, line: file.lineOf([...path, language]) },
          `Có ${counts[language]} câu ví dụ (${language}), nên có ít nhất ${wanted}`,
          'Thêm câu khác cách nói, khác tình huống; không đổi một chữ trong cùng một khuôn',
        ),
      ];
    });
  return [
    ...intents.flatMap((file) => {
      const examples = file.value?.examples;
      if (examples === undefined) return [];
      const counts = { vi: examples.vi.length, en: examples.en?.length ?? 0 };
      return judge(file, ['examples'], file.kind, counts);
    }),
    ...(smalltalk.value?.topics ?? []).flatMap(({ examples }, index) =>
      judge(smalltalk, ['topics', index, 'examples'], 'general', {
        vi: examples.vi.length,
        en: examples.en.length,
      }),
    ),
  ];
}

function checkAliases({ intents, tools }: CheckInput): Finding[] {
  const owners = new Map<string, string>();
  return intents.flatMap((file) =>
    (file.value?.aliases ?? []).flatMap((alias, index) => {
      const key = tools.wordsOf(alias).join(' ');
      const owner = owners.get(key) ?? file.stem;
      owners.set(key, owner);
      if (owner === file.stem) return [];
      return [
        warning(
          'alias-shared',
          { file: file.file, line: file.lineOf(['aliases', index]) },
          `Tên gọi ${quote(alias)} cũng là của ${owner}`,
          'Giữ ở một chủ đề; nếu thật sự mơ hồ, khai báo trong intents/confusable.yaml',
        ),
      ];
    }),
  );
}

function checkNegatives({ intents, smalltalk, content }: CheckInput): Finding[] {
  const general = (smalltalk.value?.topics ?? []).map(({ topic }) => topic);
  const known = new Set([...content.topics.map((file) => file.stem), ...general]);
  return intents.flatMap((file) =>
    (file.value?.negatives ?? []).flatMap(({ topic }, index) =>
      topic === null || known.has(topic)
        ? []
        : [
            error(
              'negative-unknown',
              { file: file.file, line: file.lineOf(['negatives', index, 'topic']) },
              `Câu dễ lầm nêu chủ đề "${topic}" không có`,
              'Sửa mã chủ đề, hoặc ghi null khi không chủ đề nào trả lời',
            ),
          ],
    ),
  );
}

/** All example questions with their topic and place. Names and aliases are no questions. */
function listExamples({ intents, smalltalk, tools }: CheckInput): PlacedExample[] {
  const place = (
    file: LoadedFile<unknown>,
    path: PropertyKey[],
    topic: string,
    examples: readonly (string | { text: string })[],
  ): PlacedExample[] =>
    examples.map((example, index) => {
      const text = typeof example === 'string' ? example : example.text;
      return { topic, text, words: tools.wordsOf(text), file: file.file, line: () => file.lineOf([...path, index]) };
    });
  return [
    ...intents.flatMap((file) =>
      (['vi', 'en'] as const).flatMap((language) =>
        place(file, ['examples', language], file.stem, file.value?.examples[language] ?? []),
      ),
    ),
    ...intents.flatMap((file) =>
      (file.value?.negatives ?? []).flatMap(({ text, topic }, index) =>
        topic === null || topic === file.stem
          ? []
          : place(file, ['negatives'], topic, [text]).map((example) => ({
              ...example,
              line: () => file.lineOf(['negatives', index]),
            })),
      ),
    ),
    ...(smalltalk.value?.topics ?? []).flatMap(({ topic, examples }, index) =>
      (['vi', 'en'] as const).flatMap((language) =>
        place(smalltalk, ['topics', index, 'examples', language], topic, examples[language]),
      ),
    ),
  ];
}
