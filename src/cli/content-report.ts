import type { Library, Topic } from '../content/library.ts';
import { formatDay, isInForce } from '../content/render-topic.ts';

const levels = ['high', 'medium', 'low'] as const;
const levelNames = { high: 'cao', medium: 'vừa', low: 'thấp' } as const;

/** What `content report` counts: topics by confidence, and every fact that is left unsaid. */
export interface ContentReport {
  day: string;
  topics: { confidence: Topic['confidence']; procedures: number; guides: number; english: number }[];
  /** By topic, the least trusted first. */
  unsaid: {
    topic: string;
    confidence: Topic['confidence'];
    reviewBy: string;
    inForce: boolean;
    facts: readonly string[];
  }[];
}

/** Takes stock of the published topics: how far their facts are trusted, and what nobody has confirmed yet. */
export function reportContent(library: Library, day: string): ContentReport {
  const topics = [...library.topics.values()].filter(({ status }) => status === 'published');
  const order = (topic: { confidence: Topic['confidence'] }) => levels.indexOf(topic.confidence);
  return {
    day,
    topics: levels.map((confidence) => {
      const same = topics.filter((topic) => topic.confidence === confidence);
      const isGuide = (topic: Topic) => topic.code === undefined;
      return {
        confidence,
        procedures: same.filter((topic) => !isGuide(topic)).length,
        guides: same.filter(isGuide).length,
        english: same.filter(isInEnglish).length,
      };
    }),
    unsaid: topics
      .filter(({ unconfirmed }) => (unconfirmed ?? []).length > 0)
      .sort((one, other) => order(other) - order(one) || (one.id < other.id ? -1 : 1))
      .map((topic) => ({
        topic: topic.id,
        confidence: topic.confidence,
        reviewBy: topic.review_by,
        inForce: isInForce(topic, day),
        facts: topic.unconfirmed ?? [],
      })),
  };
}

/** Whether every text of a topic is there in English. */
function isInEnglish({ sections }: Topic): boolean {
  return Object.values(sections)
    .flat()
    .every((entry) => entry.text === undefined || entry.text.en !== undefined);
}

/** The report as Markdown, for a note or a meeting. */
export function formatContentReport({ day, topics, unsaid }: ContentReport): string {
  const facts = unsaid.reduce((count, topic) => count + topic.facts.length, 0);
  return [
    `# Nội dung ngày ${formatDay(day)}`,
    '',
    '| độ tin cậy | thủ tục | hướng dẫn | đủ bản tiếng Anh |',
    '|---|---|---|---|',
    ...topics.map(
      ({ confidence, procedures, guides, english }) =>
        `| ${levelNames[confidence]} | ${procedures} | ${guides} | ${english} |`,
    ),
    '',
    `## ${facts} điều chưa xác nhận, không nói với người dân`,
    ...unsaid.flatMap(({ topic, confidence, reviewBy, inForce, facts: list }) => [
      '',
      `### ${topic} (tin cậy ${levelNames[confidence]}, rà soát trước ${formatDay(reviewBy)}${inForce ? '' : ', hôm nay không có hiệu lực'})`,
      ...list.map((fact) => `- ${fact}`),
    ]),
    '',
  ].join('\n');
}
