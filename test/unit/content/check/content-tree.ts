import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createCheckTools } from '../../../../src/check-tools.ts';
import { checkContent } from '../../../../src/content/check/check-content.ts';
import { readCheckInput } from '../../../../src/content/check/check-input.ts';
import type { Finding } from '../../../../src/content/finding.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Files of a small content that has no fault; paths are relative to the project. */
export function soundFiles(): Record<string, string> {
  return {
    'content/procedures/alpha.yaml': topic('alpha', '1.000001', 'Việc an', 'An task'),
    'content/guides/beta.yaml': topic('beta', null, 'Hướng dẫn bê', 'Be guide'),
    'content/legal.yaml': `as_of: 2026-11-21
documents:
  - { id: nd-1, number: "1/2025/NĐ-CP", kind: nghị định, issuer: Chính phủ, title: Thử, issued_on: 2025-01-01, effective_from: 2025-02-01, effective_to: null, amended_by: [], replaced_by: [], status: in_force, confidence: high, sources: [{ where: thử, date: "2025" }] }
  - { id: nd-2, number: "2/2020/NĐ-CP", kind: nghị định, issuer: Chính phủ, title: Thử cũ, issued_on: 2020-01-01, effective_from: 2020-02-01, effective_to: 2026-06-30, amended_by: [], replaced_by: [], status: expired, confidence: high, sources: [{ where: thử, date: "2025" }] }
`,
    'content/contacts.yaml': `contacts:
  - { id: police, name: { vi: Công an, en: Police }, purpose: { vi: Khẩn cấp, en: Emergency }, group: emergency, phone: "113", display: "113", status: usable, confidence: high, sources: [{ id: a, kind: press, where: thử, date: "2025" }] }
`,
    'content/provinces.yaml': `provinces:
  - { id: tinh-thu, names: [{ kind: province, name: { vi: Thử }, full: { vi: tỉnh Thử }, valid: {}, sources: [{ id: a, kind: law, where: thử, date: "2025" }] }], centre_model: null }
`,
    'content/holidays.yaml': `time_zone: Asia/Ho_Chi_Minh
weekly_rest: [sat, sun]
holidays: [{ id: a, name: { vi: Ngày nghỉ }, status: law, off: [2026-01-01], confidence: high }]
sources: [{ where: thử, date: "2025" }]
`,
    'content/places.yaml': `sources: [{ id: a, where: thử, date: "2025" }]
current: [{ id: xa-moi, level: commune }]
former:
  - { name: { vi: xã Cũ }, level: commune, until: 2025-06-30, now: [xa-moi], legal: nd-1, confidence: high, sources: [a] }
`,
    'content/portals.yaml': `portals:
  - { id: national, name: { vi: Cổng }, url: "https://dichvucong.gov.vn", status: usable, purpose: { vi: Nộp }, verified_on: null, sources: [{ where: thử, date: "2025" }] }
allowed_hosts: [dichvucong.gov.vn]
mentionable_hosts: []
`,
    'content/units/thu.yaml': 'id: thu\nname: { vi: Trung tâm thử, en: Test centre }\nprovince: tinh-thu\n',
    'content/locales/vi/bot.yaml': `source: { legal: "Căn cứ: {{documents}}.", where: "Nguồn: {{sources}}.", reviewed: "Rà soát ngày {{date}}." }
answer: { only_vietnamese: "Phần này chỉ có tiếng Việt:", local_fee: "Tại địa phương: {{text}} ({{resolution}})." }
menu:
  topics: [alpha]
`,
    'content/locales/en/bot.yaml': `source: { legal: "Legal basis: {{documents}}.", where: "Source: {{sources}}.", reviewed: "Reviewed on {{date}}." }
answer: { only_vietnamese: "Only in Vietnamese:", local_fee: "Locally: {{text}} ({{resolution}})." }
menu:
  topics: [alpha]
`,
    'content/locales/vi/legal.yaml': 'kind: { nghị định: Nghị định }\n',
    'content/locales/en/legal.yaml': 'kind: { nghị định: Decree }\n',
    'intents/procedures/alpha.yaml': intents('alpha', 25, 'an'),
    'intents/guides/beta.yaml': intents('beta', 12, 'bê'),
    'intents/smalltalk.yaml': `topics:
  - topic: greeting
    examples:
      vi: [${numbered('chào', 12)}]
      en: [${numbered('hello', 8)}]
`,
    'intents/confusable.yaml': 'sets: []\n',
    'intents/_lexicon.yaml':
      'abbreviations: {}\nconcepts: {}\nfillers: []\nenglish: []\nrelations: []\ndocuments: []\nexplanations: {}\nplaces: {}\n',
    'intents/aspects.yaml': 'negations: []\naspects: {}\n',
    'intents/sensitive.yaml': 'categories: []\n',
    'intents/out-of-scope.yaml': 'texts: []\n',
  };
}

/** Words that no other example shares, so that nothing is a near duplicate. */
function numbered(word: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `"${word} ${word}${index}x ${word}${index}y"`).join(', ');
}

function topic(id: string, code: string | null, title: string, english: string): string {
  return `id: ${id}
${code === null ? '' : `code: "${code}"\n`}field: Thử
title: { vi: ${title}, en: ${english} }
name:
  short: { vi: ${title} thử, en: ${english} }
  full: { vi: Thủ tục ${title}, en: ${english} procedure }
confidence: high
status: published
valid: { from: 2025-07-01 }
reviewed: 2026-11-01
reviewed_by: Ban biên tập
review_by: 2027-03-01
sources:
  - { id: cong, kind: portal, where: Cổng, date: 2026-06 }
legal: [nd-1]
sections:
  overview:
    - sources: [cong]
      text:
        vi: |-
          Anh/chị nộp tại phường.
          Mang giấy tờ tùy thân.
        en: |-
          File at the ward.
          Bring an identity paper.
  fee:
    - valid: { from: 2025-07-01, until: 2026-12-31 }
      text:
        vi: Hỏi quầy để biết mức thu.
    - valid: { from: 2027-01-01 }
      text:
        vi: Không thu lệ phí nữa.
buttons:
  - { title: { vi: Nộp trực tuyến, en: File online }, url: "https://dichvucong.gov.vn" }
related: [${id === 'alpha' ? 'beta' : 'alpha'}]
`;
}

function intents(id: string, count: number, word: string): string {
  return `topic: ${id}
aliases: [${word} tắt]
examples:
  vi: [${numbered(`${word}v`, count)}]
  en: [${numbered(`${word}e`, 8)}]
`;
}

/** Writes the files under `dir`, with the project's own lists of claims and words, and checks them. */
export async function checkFiles(
  dir: string,
  files: Readonly<Record<string, string>>,
  options: { catalogue?: ReadonlyMap<string, string>; day?: string } = {},
): Promise<Finding[]> {
  for (const folder of ['content/procedures', 'content/guides', 'content/flows', 'content/units', 'intents']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  for (const name of ['outdated-claims.yaml', 'wording.yaml']) {
    await cp(join(root, 'content', name), join(dir, 'content', name));
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const paths = {
    contentDir: join(dir, 'content'),
    unitsDir: join(dir, 'content/units'),
    intentsDir: join(dir, 'intents'),
    goldenDir: join(dir, 'test/golden'),
  };
  const { catalogue, day = '2026-11-22' } = options;
  const input = await readCheckInput(paths, createCheckTools(1_900), {
    day,
    ...(catalogue === undefined ? {} : { catalogue }),
  });
  return checkContent(input);
}
