import { aspects, type Aspect } from '../../core/aspect.ts';
import { errorMessage } from '../../core/errors.ts';
import { buttonTitleLimit } from '../../core/reply.ts';
import { listChangeDays } from '../change-days.ts';
import type { Finding } from '../finding.ts';
import type { Topic } from '../library.ts';
import { inLanguage, type RenderContext } from '../render-block.ts';
import { renderSection, type RenderedSection } from '../render-topic.ts';
import type { Translator } from '../translator.ts';
import { isConfirmed } from '../local-fact.ts';
import type { CheckInput } from './check-input.ts';
import { error } from './report.ts';

/** The longest text of one aspect on one day, in characters: what a citizen reads without scrolling twice. */
const aspectLimitChars = 900;

/** Titles fit a button, and every aspect fits its bubble on every day, for every unit, in both languages. */
export function checkLengths(input: CheckInput): Finding[] {
  return [...checkTitles(input), ...input.content.topics.flatMap((file) => checkSections(file, input))];
}

function checkTitles(input: CheckInput): Finding[] {
  const findings: Finding[] = [];
  for (const language of ['vi', 'en'] as const) {
    const seen = new Map<string, string>();
    for (const file of input.content.topics) {
      const title = file.value?.title[language]?.trim();
      if (title === undefined) continue;
      const place = { file: file.file, line: file.lineOf(['title', language]) };
      const other = seen.get(title.toLowerCase());
      if (other !== undefined) {
        findings.push(
          error(
            'title-duplicate',
            place,
            `Tên nút "${title}" đã là của ${other}; người dân không phân biệt được hai nút`,
            'Đặt tên khác, tối đa 20 ký tự',
          ),
        );
      }
      seen.set(title.toLowerCase(), file.stem);
    }
  }
  for (const file of input.content.topics) {
    for (const [index, button] of (file.value?.buttons ?? []).entries()) {
      for (const language of ['vi', 'en'] as const) {
        const title = button.title[language];
        if (title === undefined || title.length <= buttonTitleLimit) continue;
        findings.push(
          error(
            'title-too-long',
            { file: file.file, line: file.lineOf(['buttons', index, 'title', language]) },
            `Tên nút "${title}" dài ${title.length} ký tự, tối đa ${buttonTitleLimit}`,
            'Rút ngắn tên nút',
          ),
        );
      }
    }
  }
  return findings;
}

function checkSections(file: CheckInput['content']['topics'][number], input: CheckInput): Finding[] {
  if (file.value === undefined || input.t === undefined) return [];
  const topic: Topic = { ...file.value, kind: file.kind };
  const findings = new Map<string, Finding>();
  for (const context of listContexts(topic, input, input.t)) {
    for (const aspect of aspects) {
      const place = { file: file.file, line: file.lineOf(['sections', aspect]) };
      // The same fault on several days is told once.
      const key = `${aspect} ${context.language}`;
      if (!findings.has(key)) {
        for (const finding of checkSection(topic, aspect, context, input, place)) findings.set(key, finding);
      }
    }
  }
  return [...findings.values()];
}

/** Every unit that may say something of its own here, each day on which something changes, both languages. */
function listContexts(topic: Topic, { content: { library } }: CheckInput, t: Translator): RenderContext[] {
  const units = [...library.units.values()];
  // Units that confirmed nothing for this topic all say the same: one stands for them.
  const special = units.filter(
    (unit) => isConfirmed(unit.local_fees?.[topic.id] ?? {}) || usesBlocks(topic),
  );
  return (special.length > 0 ? special : units.slice(0, 1)).flatMap((unit) =>
    listChangeDays(topic, library).flatMap((day) =>
      (['vi', 'en'] as const).map((language) => ({ library, unit, day, language, t })),
    ),
  );
}

/** Room for the name of the aspect and the signs between heading, text and source line. */
const headingChars = 40;

function checkSection(
  topic: Topic,
  aspect: Aspect,
  context: RenderContext,
  { tools }: CheckInput,
  place: { file: string; line: number },
): Finding[] {
  const where = `${aspect} (${context.language}) ngày ${context.day}`;
  let section: RenderedSection | undefined;
  try {
    section = renderSection(topic, aspect, context);
  } catch (failure) {
    return [
      error('not-rendered', place, `Không dựng được mục ${where}: ${errorMessage(failure)}`, 'Sửa câu chữ được nêu'),
    ];
  }
  if (section === undefined) return [];
  if (section.text.length > aspectLimitChars) {
    return [
      error(
        'too-long',
        place,
        `Mục ${where} dài ${section.text.length} ký tự, tối đa ${aspectLimitChars}`,
        'Rút ngắn, hoặc chuyển bớt sang mục khác; các mục cùng ngày được ghép lại',
      ),
    ];
  }
  const name = inLanguage(topic.name.short, context.language);
  const wholeChars = name.length + headingChars + section.text.length + section.sourceLine.length;
  if (wholeChars <= tools.bubbleLimitChars) return [];
  return [
    error(
      'too-long',
      place,
      `Cả câu trả lời ${where} dài ${wholeChars} ký tự, kênh chỉ nhận ${tools.bubbleLimitChars}`,
      'Rút ngắn nội dung, tên việc hoặc tên nguồn',
    ),
  ];
}

function usesBlocks(topic: Topic): boolean {
  return Object.values(topic.sections).some((entries) => entries.some((entry) => entry.block !== undefined));
}
