import type { Finding } from '../finding.ts';
import { effectOf, withSuccessors } from '../legal-effect.ts';
import { intersect, isOpenEnded, toPeriod, type Period } from '../period.ts';
import type { CheckInput } from './check-input.ts';
import { error } from './report.ts';
import { addDays } from '../../core/clock.ts';

type TopicFileEntry = CheckInput['content']['topics'][number];

/** Dates that contradict each other: reversed, outside the topic, gaps, an ending overview, law not in force. */
export function checkValidity(input: CheckInput): Finding[] {
  return input.content.topics.flatMap((file) => [...checkPeriods(file), ...checkLegal(file, input)]);
}

function checkPeriods(file: TopicFileEntry): Finding[] {
  const topic = file.value;
  if (topic === undefined) return [];
  const findings: Finding[] = [];
  const at = (path: PropertyKey[]) => ({ file: file.file, line: file.lineOf(path) });
  const whole = toPeriod(topic.valid);
  if (whole.from > whole.until) {
    findings.push(error('validity-reversed', at(['valid']), 'valid: ngày kết thúc trước ngày bắt đầu', 'Sửa hai ngày'));
    return findings;
  }
  if (topic.sections.overview === undefined) {
    findings.push(
      error('overview-missing', at(['sections']), 'Chủ đề chưa có phần overview', 'Thêm overview: câu trả lời chung'),
    );
  }
  for (const [aspect, entries] of Object.entries(topic.sections)) {
    const periods: Period[] = [];
    for (const [index, entry] of entries.entries()) {
      const own = toPeriod(entry.valid);
      const common = own.from > own.until ? undefined : intersect(own, whole);
      if (common === undefined) {
        findings.push(
          error(
            own.from > own.until ? 'validity-reversed' : 'validity-outside',
            at(['sections', aspect, index, 'valid']),
            `Mục ${aspect} không bao giờ được nói: thời gian của mục nằm ngoài thời gian của chủ đề hoặc bị ngược`,
            'Sửa valid của mục hoặc của chủ đề',
          ),
        );
      } else periods.push(common);
    }
    findings.push(...findGaps(periods).map((gap) => reportGap(gap, aspect, at(['sections', aspect]))));
    if (aspect === 'overview') findings.push(...checkOverview(periods, whole, at(['sections', aspect])));
  }
  return findings;
}

/** Times between two covered periods in which an aspect has nothing to say. */
function findGaps(periods: readonly Period[]): Period[] {
  const sorted = [...periods].sort((one, other) => (one.from < other.from ? -1 : 1));
  const gaps: Period[] = [];
  let covered: string | undefined;
  for (const { from, until } of sorted) {
    if (covered !== undefined && from > covered && from !== addDays(covered, 1)) {
      gaps.push({ from: addDays(covered, 1), until: addDays(from, -1) });
    }
    if (covered === undefined || until > covered) covered = until;
  }
  return gaps;
}

function reportGap(gap: Period, aspect: string, place: { file: string; line: number }): Finding {
  return error(
    'validity-gap',
    place,
    `Mục ${aspect} không có gì để nói từ ${gap.from} đến ${gap.until}, trong khi trước và sau đó có`,
    'Kéo dài mục trước, hoặc thêm mục cho khoảng này',
  );
}

function checkOverview(
  periods: readonly Period[],
  whole: Period,
  place: { file: string; line: number },
): Finding[] {
  const last = periods.map(({ until }) => until).sort().at(-1);
  const first = periods.map(({ from }) => from).sort()[0];
  const findings: Finding[] = [];
  if (last !== undefined && last < whole.until) {
    const end = isOpenEnded(whole) ? 'không có ngày kết thúc' : `còn đến ${whole.until}`;
    findings.push(
      error(
        'expired-without-successor',
        place,
        `overview hết ngày ${last} mà chủ đề ${end}`,
        'Thêm overview cho thời gian sau đó (ít nhất: luật đã đổi, hỏi ở đâu), hoặc đặt valid.until của chủ đề',
      ),
    );
  }
  if (first !== undefined && first > whole.from) {
    findings.push(
      error(
        'overview-late',
        place,
        `overview bắt đầu ngày ${first}, sau ngày bắt đầu của chủ đề (${whole.from})`,
        'Thêm overview cho thời gian đầu, hoặc dời valid.from của chủ đề',
      ),
    );
  }
  return findings;
}

/**
 * Each entry must rest on law of its own days. A document that an entry names, or that it inherits from the topic, must
 * not end before the entry without a successor; one that the entry itself names must be in force on some day of it, one
 * of the topic on some day of some entry that inherits it.
 */
function checkLegal(file: TopicFileEntry, { content }: CheckInput): Finding[] {
  const topic = file.value;
  if (topic === undefined) return [];
  const register = content.library.legal;
  const findings = new Map<string, Finding>();
  const inForceSomewhere = new Set<string>();
  for (const [aspect, entries] of Object.entries(topic.sections)) {
    for (const [index, entry] of entries.entries()) {
      const period = intersect(toPeriod(entry.valid), toPeriod(topic.valid));
      if (period === undefined) continue;
      for (const [position, id] of (entry.legal ?? topic.legal).entries()) {
        const isOwn = entry.legal !== undefined;
        const path = isOwn ? ['sections', aspect, index, 'legal', position] : ['legal', position];
        const place = { file: file.file, line: file.lineOf(path) };
        const finding = judge(id, period, register, aspect, place);
        if (finding?.code !== notInForce) inForceSomewhere.add(path.join('.'));
        // A document of the topic is reported once, not once for each entry that inherits it.
        if (finding !== undefined) findings.set(`${path.join('.')} ${finding.code}`, finding);
      }
    }
  }
  return [...findings].flatMap(([key, finding]) =>
    finding.code === notInForce && inForceSomewhere.has(key.slice(0, key.indexOf(' '))) ? [] : [finding],
  );
}

const notInForce = 'legal-not-in-force';

function judge(
  id: string,
  period: Period,
  register: CheckInput['content']['library']['legal'],
  aspect: string,
  place: { file: string; line: number },
): Finding | undefined {
  const document = register.get(id);
  // What has an unknown status is never named to a citizen; that it is cited is no fault.
  if (document === undefined || document.status === 'unknown') return undefined;
  const chain = withSuccessors(id, register);
  const effects = chain.flatMap((one) => {
    const effect = effectOf(one);
    const common = effect === undefined ? undefined : intersect(effect, period);
    return common === undefined ? [] : [common];
  });
  if (effects.length === 0) {
    return error(
      notInForce,
      place,
      `${document.number} và văn bản thay nó không có hiệu lực vào ngày nào của mục ${aspect} (${period.from} đến ${period.until})`,
      'Nêu văn bản có hiệu lực trong thời gian của mục, hoặc sửa valid',
    );
  }
  const own = effectOf(document);
  const successor = chain.some((one) => one.id !== id && (effectOf(one)?.until ?? '') > (own?.until ?? ''));
  if (own !== undefined && own.until < period.until && !successor) {
    return error(
      'legal-expires',
      place,
      `${document.number} hết hiệu lực ${own.until}, chưa có văn bản thay, mà mục ${aspect} nói đến ${isOpenEnded(period) ? 'không hạn' : period.until}`,
      'Đặt valid.until cho mục, hoặc ghi văn bản thay vào replaced_by trong content/legal.yaml',
    );
  }
  return undefined;
}
