import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import { measureOverlap } from './measure-overlap.ts';
import { error, quote, warning } from './report.ts';

/** Below this share of common words a code and a name belong to different procedures… */
const leastOverlap = 0.2;
/** … unless this share of one of our names stands in the official one, which may cover more. */
const leastContained = 0.6;
/** From this share on, two names are the same. */
const sameOverlap = 0.9;

/** A topic's code must be that of the procedure it tells of, as the national catalogue names it. */
export function checkCatalogue({ content, catalogue, tools }: CheckInput): Finding[] {
  if (catalogue === undefined) return [];
  const official = new Map([...catalogue].map(([code, name]) => [code, { name, words: keyWords(name, tools) }]));
  return content.topics.flatMap((file) => {
    const topic = file.value;
    const code = topic?.code;
    if (topic === undefined || code === undefined || code === null) return [];
    const place = { file: file.file, line: file.lineOf(['code']) };
    const entry = official.get(code);
    if (entry === undefined) {
      return [
        warning(
          'code-not-in-catalogue',
          place,
          `Mã ${code} không có trong bản dữ liệu quốc gia đã cho`,
          'Mã mới hơn bản dữ liệu thì không sao; nếu không, tra lại mã trên Cổng',
        ),
      ];
    }
    const full = keyWords(topic.name.full.vi, tools);
    const names = [full, keyWords(topic.name.short.vi, tools), keyWords(topic.title.vi, tools)];
    const isAkin = names.some(
      (name) =>
        measureOverlap(name, entry.words) >= leastOverlap || measureContained(name, entry.words) >= leastContained,
    );
    const isSame = measureOverlap(full, entry.words) >= sameOverlap;
    const namesake = isSame
      ? undefined
      : [...official].find(([, other]) => measureOverlap(full, other.words) >= sameOverlap);
    if (isAkin && namesake === undefined) return [];
    return [
      error(
        'code-name-mismatch',
        place,
        `Mã ${code} trong dữ liệu quốc gia là ${quote(entry.name)}, không phải ${quote(topic.name.full.vi)}`,
        namesake === undefined
          ? 'Tra lại mã trên Cổng Dịch vụ công quốc gia'
          : `Tên này có mã ${namesake[0]}; tra lại trên Cổng Dịch vụ công quốc gia`,
      ),
    ];
  });
}

/** Words of a name; "thủ tục" stands before some names and not before others. */
function keyWords(name: string, tools: CheckInput['tools']): ReadonlySet<string> {
  return new Set(tools.wordsOf(name.replace(/^thủ tục /iu, '')));
}

function measureContained(part: ReadonlySet<string>, whole: ReadonlySet<string>): number {
  return [...part].filter((word) => whole.has(word)).length / (part.size || 1);
}
