import { aspects } from '../../core/aspect.ts';
import { buttonTitleLimit } from '../../core/reply.ts';
import { listChangeDays } from '../change-days.ts';
import type { Finding } from '../finding.ts';
import type { Topic } from '../library.ts';
import { capitalise, renderSection } from '../render-topic.ts';
import { inLanguage } from '../render-block.ts';
import { isConfirmed } from '../local-fact.ts';
import type { CheckInput } from './check-input.ts';
import { error } from './report.ts';

/** The longest text of one aspect on one day, in characters: what a citizen reads without scrolling twice. */
export const aspectLimitChars = 900;

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
  const { t, content, tools } = input;
  if (file.value === undefined || t === undefined) return [];
  const topic: Topic = { ...file.value, kind: file.kind };
  const findings = new Map<string, Finding>();
  // Only what an officer confirmed differs between units, so one unit stands for all that confirmed nothing here.
  const units = [...content.library.units.values()];
  const special = units.filter((unit) => isConfirmed(unit.local_fees?.[topic.id] ?? {}) || usesBlocks(topic));
  for (const unit of special.length > 0 ? special : units.slice(0, 1)) {
    for (const day of listChangeDays(topic, content.library)) {
      for (const language of ['vi', 'en'] as const) {
        for (const aspect of aspects) {
          const section = renderSection(topic, aspect, { library: content.library, unit, day, language, t });
          if (section === undefined) continue;
          const name = capitalise(inLanguage(topic.name.short, language));
          const whole = name.length + 2 + 40 + section.text.length + 2 + section.sourceLine.length;
          const place = { file: file.file, line: file.lineOf(['sections', aspect]) };
          if (section.text.length > aspectLimitChars) {
            findings.set(
              `${aspect} ${language} text`,
              error(
                'too-long',
                place,
                `Mục ${aspect} (${language}) ngày ${day} dài ${section.text.length} ký tự, tối đa ${aspectLimitChars}`,
                'Rút ngắn, hoặc chuyển bớt sang mục khác; các mục cùng ngày được ghép lại',
              ),
            );
          } else if (whole > tools.bubbleLimitChars) {
            findings.set(
              `${aspect} ${language} whole`,
              error(
                'too-long',
                place,
                `Cả câu trả lời ${aspect} (${language}) ngày ${day} dài ${whole} ký tự, kênh chỉ nhận ${tools.bubbleLimitChars}`,
                'Rút ngắn nội dung, tên đầy đủ hoặc tên nguồn',
              ),
            );
          }
        }
      }
    }
  }
  return [...findings.values()];
}

function usesBlocks(topic: Topic): boolean {
  return Object.values(topic.sections).some((entries) => entries.some((entry) => entry.block !== undefined));
}
