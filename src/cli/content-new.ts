import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { TopicKind } from '../content/library.ts';
import { placeholder } from '../content/placeholder.ts';
import { topicId } from '../content/topic-schema.ts';
import { addDays } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { aspects } from '../core/aspect.ts';

/** Months without a change of law after which somebody reads a topic again. */
const reviewAfterDays = 180;

/**
 * Writes the three files of a new topic: what is answered, what people ask, and questions for the tests. The topic is a
 * draft, which is never said, until an editor fills it and sets `published`.
 * @returns the paths of the files, relative to the project.
 * @throws AppError `conflict` when one of them exists, `invalid-input` when the id has another form.
 */
export async function scaffoldTopic(
  projectDir: string,
  options: { id: string; kind: TopicKind; day: string },
): Promise<string[]> {
  const { id, kind, day } = options;
  if (!topicId.safeParse(id).success) {
    throw new AppError(
      'invalid-input',
      `Mã "${id}" chưa đúng: chỉ chữ thường, số và gạch nối, ví dụ birth-registration.`,
    );
  }
  const folder = kind === 'procedure' ? 'procedures' : 'guides';
  const files = {
    [`content/${folder}/${id}.yaml`]: writeTopic(id, kind, day),
    [`intents/${folder}/${id}.yaml`]: writeIntents(id),
    [`test/golden/${folder}/${id}.yaml`]: writeGolden(id),
  };
  const taken = Object.keys(files).filter((path) => existsSync(join(projectDir, path)));
  if (taken.length > 0)
    throw new AppError('conflict', `Đã có ${taken.join(', ')}; chọn mã khác hoặc sửa tệp ấy.`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(projectDir, path)), { recursive: true });
    await writeFile(join(projectDir, path), text, { flag: 'wx' });
  }
  return Object.keys(files);
}

const toWrite = placeholder.vi;

function writeTopic(id: string, kind: TopicKind, day: string): string {
  const empty = { ...placeholder };
  return stringify(
    {
      id,
      ...(kind === 'procedure' ? { code: null } : {}),
      field: kind === 'procedure' ? toWrite : 'Hướng dẫn',
      title: { vi: id.slice(0, 20), en: id.slice(0, 20) },
      name: { short: empty, full: empty },
      confidence: 'low',
      status: 'draft',
      valid: { from: day },
      reviewed: day,
      reviewed_by: toWrite,
      review_by: addDays(day, reviewAfterDays),
      sources: [{ id: 'nguon-1', kind: 'portal', where: toWrite, date: day.slice(0, 7) }],
      legal: [],
      sections: Object.fromEntries(aspects.map((aspect) => [aspect, [{ text: { vi: toWrite } }]])),
      buttons: [{ title: { vi: 'Nộp trực tuyến', en: 'File online' }, url: 'https://dichvucong.gov.vn' }],
      related: [],
      unconfirmed: [toWrite],
    },
    { lineWidth: 0 },
  );
}

function writeIntents(id: string): string {
  const words = id.replaceAll('-', ' ');
  return stringify({ topic: id, aliases: [words], examples: { vi: [`${toWrite} ${words}`], en: [words] } });
}

function writeGolden(id: string): string {
  return stringify([{ text: `${toWrite}: ${id}`, topic: id, aspect: null, style: 'plain' }]);
}
