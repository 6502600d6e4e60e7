import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import { error, quote, warning } from './report.ts';
import { measureOverlap } from './measure-overlap.ts';

/** Below this share of common words a code and a name belong to different procedures. */
const leastCommonWords = 0.2;

/** A topic's code must be that of the procedure it tells of, as the national catalogue names it. */
export function checkCatalogue({ content, catalogue, tools }: CheckInput): Finding[] {
  if (catalogue === undefined) return [];
  return content.topics.flatMap((file) => {
    const topic = file.value;
    const code = topic?.code;
    if (topic === undefined || code === undefined || code === null) return [];
    const place = { file: file.file, line: file.lineOf(['code']) };
    const official = catalogue.get(code);
    if (official === undefined) {
      return [
        warning(
          'code-not-in-catalogue',
          place,
          `Mã ${code} không có trong bản dữ liệu quốc gia đã cho`,
          'Mã mới hơn bản dữ liệu thì không sao; nếu không, tra lại mã trên Cổng',
        ),
      ];
    }
    const names = [topic.name.full.vi, topic.name.short.vi, topic.title.vi].map((name) => new Set(tools.wordsOf(name)));
    const theirs = new Set(tools.wordsOf(official));
    if (names.some((name) => measureOverlap(name, theirs) >= leastCommonWords)) return [];
    return [
      error(
        'code-name-mismatch',
        place,
        `Mã ${code} trong dữ liệu quốc gia là ${quote(official)}, không phải ${quote(topic.name.full.vi)}`,
        'Tra lại mã trên Cổng Dịch vụ công quốc gia',
      ),
    ];
  });
}
