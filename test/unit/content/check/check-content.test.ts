import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { causesFirst } from '../../../../src/content/finding.ts';
import { checkFiles, soundFiles } from './content-tree.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'check-content-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const alpha = 'content/procedures/alpha.yaml';
const alphaIntents = 'intents/procedures/alpha.yaml';

/** The sound files with one place of one of them changed. */
function edit(file: string, from: string, to: string): Record<string, string> {
  const files = soundFiles();
  const text = files[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { ...files, [file]: text.replace(from, to) };
}

/** Line of the first occurrence of `words`. */
function lineOf(files: Readonly<Record<string, string>>, file: string, words: string): number {
  const before = (files[file] ?? '').split(words)[0] ?? '';
  return before.split('\n').length;
}

/** A fault: which file, what stands there, what is put in its place, the code, and the words on whose line it is told. */
const errors: [code: string, file: string, from: string, to: string, at: string][] = [
  ['yaml-syntax', alpha, 'field: Thử', 'field: [Thử', 'title:'],
  ['schema', alpha, 'confidence: high', 'confidence: sure', 'confidence:'],
  ['schema', 'content/units/thu.yaml', 'province: tinh-thu', 'province: tinh-thu\nprovinc: tinh-thu', 'provinc: tinh-thu'],
  ['schema', 'content/units/thu.yaml', 'province: tinh-thu', 'province: tinh-thu\nhours:\n  weekly:\n    mon: ["13:00-07:00"]', '"13:00-07:00"'],
  ['schema', 'intents/out-of-scope.yaml', 'texts: []', 'words: []', 'words:'],
  ['stem', alpha, 'id: alpha', 'id: gamma', 'id: gamma'],
  ['source-missing', alpha, 'sources:\n  - { id: cong, kind: portal, where: Cổng, date: 2026-06 }', 'sources: []', 'sources: []'],
  ['source-missing', alpha, ', date: 2026-06 }', ' }', '{ id: cong'],
  ['source-missing', alpha, 'sources: [cong]', 'sources: []', 'sources: []'],
  ['source-unknown', alpha, 'sources: [cong]', 'sources: [bao]', '[bao]'],
  ['source-duplicate', alpha, '2026-06 }', '2026-06 }\n  - { id: cong, kind: law, where: Luật, date: 2026-06 }', '- { id: cong'],
  ['legal-unknown', alpha, 'legal: [nd-1]', 'legal: [nd-9]', '[nd-9]'],
  ['related-unknown', alpha, 'related: [beta]', 'related: [delta]', '[delta]'],
  ['related-self', alpha, 'related: [beta]', 'related: [alpha]', '[alpha]'],
  ['menu-unknown', 'content/locales/vi/bot.yaml', 'topics: [alpha]', 'topics: [omega]', '[omega]'],
  ['local-fee-unknown', 'content/units/thu.yaml', 'province: tinh-thu', 'province: tinh-thu\nlocal_fees:\n  omega: { text: { vi: 5.000 đồng }, resolution: nq, valid: {} }', '{ text: { vi: 5.000'],
  ['province-unknown', 'content/units/thu.yaml', 'tinh-thu', 'tinh-khac', 'province:'],
  ['place-unknown', 'content/places.yaml', '[xa-moi]', '[xa-khac]', '[xa-khac]'],
  ['legal-duplicate', 'content/legal.yaml', 'id: nd-2', 'id: nd-1', 'id: nd-1, number: "2'],
  ['title-duplicate', 'content/guides/beta.yaml', 'vi: Hướng dẫn bê, en', 'vi: Việc an, en', 'title:'],
  ['schema', alpha, 'title: { vi: Việc an', 'title: { vi: Việc an có cái tên thật là dài', 'title:'],
  ['title-too-long', alpha, 'vi: Nộp trực tuyến', 'vi: Nộp hồ sơ trực tuyến ngay', 'Nộp hồ sơ'],
  ['too-long', alpha, 'Mang giấy tờ tùy thân.', 'Mang giấy tờ tùy thân. '.repeat(40), '- sources: [cong]'],
  ['wrong-locale', alpha, 'Bring an identity paper.', 'Mang giấy tờ tùy thân.', 'Mang giấy tờ tùy thân.\n  fee'],
  ['wrong-locale', alpha, 'Mang giấy tờ tùy thân.', 'Bring the paper and your card for this.', 'Bring the paper'],
  ['diacritics-missing', alpha, 'Mang giấy tờ tùy thân.', 'Mang giay to tuy than.', 'Mang giay'],
  ['not-nfc', alpha, 'Mang giấy tờ', 'Mang giấy tờ'.normalize('NFD'), 'tùy thân'],
  ['invisible-character', alpha, 'Mang giấy tờ', 'Mang\u200b giấy tờ', 'tùy thân'],
  ['markdown', alpha, 'Mang giấy tờ tùy thân.', 'Mang **giấy tờ** tùy thân.', 'Mang **'],
  ['markdown', alpha, 'Mang giấy tờ tùy thân.', '# Mang giấy tờ tùy thân.', '# Mang'],
  ['link-not-allowed', alpha, 'Mang giấy tờ tùy thân.', 'Xem thêm ở dichvucong-vn.com nhé.', 'Xem thêm'],
  ['link-not-allowed', alpha, 'https://dichvucong.gov.vn', 'https://example.com/nop', 'title: { vi: Nộp'],
  ['link-not-allowed', alpha, 'https://dichvucong.gov.vn', 'http://dichvucong.gov.vn', 'title: { vi: Nộp'],
  ['portal-not-usable', 'content/portals.yaml', 'status: usable', 'status: closed', 'id: national'],
  ['validity-gap', alpha, 'valid: { from: 2027-01-01 }', 'valid: { from: 2027-01-03 }', '- valid: { from: 2025-07-01, until: 2026-12-31 }'],
  ['validity-outside', alpha, 'valid: { from: 2025-07-01, until: 2026-12-31 }', 'valid: { from: 2020-07-01, until: 2025-06-30 }', '- valid: { from: 2020'],
  ['validity-reversed', alpha, 'valid: { from: 2025-07-01 }', 'valid: { from: 2027-07-01, until: 2026-01-01 }', 'valid: { from: 2027'],
  ['expired-without-successor', alpha, '- sources: [cong]', '- valid: { until: 2027-02-28 }\n      sources: [cong]', '- valid: { until'],
  ['overview-late', alpha, '- sources: [cong]', '- valid: { from: 2025-08-01 }\n      sources: [cong]', '- valid: { from: 2025-08'],
  ['overview-missing', alpha, '  overview:', '  steps:', '  steps:'],
  ['legal-not-in-force', alpha, '- valid: { from: 2027-01-01 }', '- valid: { from: 2027-01-01 }\n      legal: [nd-2]', 'legal: [nd-2]'],
  ['legal-expires', alpha, '- sources: [cong]', '- sources: [cong]\n      legal: [nd-2]', 'legal: [nd-2]'],
  ['outdated-claim', alpha, 'Mang giấy tờ tùy thân.', 'Hoặc nộp tại UBND huyện.', 'Hoặc nộp'],
  ['negative-unknown', alphaIntents, 'topic: alpha', 'topic: alpha\nnegatives: [{ text: "gì đó khác hẳn", topic: omega }]', 'negatives'],
  ['example-claimed-twice', 'intents/guides/beta.yaml', '"bêv bêv0x bêv0y"', '"ANV anv0x anv0y"', 'vi: ['],
  ['reviewed-in-future', alpha, 'reviewed: 2026-11-01', 'reviewed: 2026-12-01', 'reviewed:'],
  ['unwritten', alpha, 'Hỏi quầy để biết mức thu.', 'Cần viết', 'vi: Cần viết'],
  ['review-reversed', alpha, 'review_by: 2027-03-01', 'review_by: 2026-10-01', 'review_by:'],
];

const warnings: [code: string, file: string, from: string, to: string][] = [
  ['stale-term', alpha, 'Mang giấy tờ tùy thân.', 'Mang CMND của anh/chị.'],
  ['review-due', alpha, 'review_by: 2027-03-01', 'review_by: 2026-12-01'],
  ['long-sentence', alpha, 'Mang giấy tờ tùy thân.', `Mang ${'giấy tờ tùy thân và '.repeat(8)}tờ khai.`],
  ['officialese', alpha, 'Mang giấy tờ tùy thân.', 'Nộp thành phần hồ sơ tại quầy.'],
  ['alias-shared', 'intents/guides/beta.yaml', 'bê tắt', 'An  Tắt'],
  ['few-examples', alphaIntents, '"anv anv0x anv0y", ', ''],
  ['unwritten', alpha, 'status: published', 'status: draft\nunconfirmed: [Cần viết]'],
  ['confidence-low', alpha, 'confidence: high', 'confidence: low'],
];

describe('checkContent', () => {
  it('finds nothing in sound content', async () => {
    expect(await checkFiles(dir, soundFiles())).toEqual([]);
  });

  it.each(errors)('refuses %s', async (code, file, from, to, at) => {
    const files = edit(file, from, to);
    const found = (await checkFiles(dir, files)).find((finding) => finding.code === code);
    expect(found).toMatchObject({ code, severity: 'error', file, line: lineOf(files, file, at) });
    expect(found?.message).toMatch(/\p{L}/u);
    expect(found?.fix).toMatch(/\p{L}/u);
  });

  it.each(warnings)('points out %s and lets it pass', async (code, file, from, to) => {
    const findings = await checkFiles(dir, edit(file, from, to));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  it('wants each account to belong to one unit', async () => {
    const unit = (id: string) =>
      `id: ${id}\nname: { vi: Trung tâm thử, en: Test centre }\nprovince: tinh-thu\nchannels:\n  zalo: { oa_id: "5000000000000000003", app_id: "4111222333444555666", app_secret_env: A, oa_secret_key_env: B }\n`;
    const findings = await checkFiles(dir, {
      ...soundFiles(),
      'content/units/thu.yaml': unit('thu'),
      'content/units/thu-hai.yaml': unit('thu-hai'),
    });
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['channel-shared', 'error']]);
  });

  it('names a file that everything rests on when it is gone', async () => {
    const { 'content/portals.yaml': _portals, ...withoutPortals } = soundFiles();
    expect(await checkFiles(dir, withoutPortals)).toContainEqual(
      expect.objectContaining({ code: 'file-missing', severity: 'error', file: 'content/portals.yaml' }),
    );
    await rm(join(dir, 'content/legal.yaml'), { force: true });
    const { 'content/legal.yaml': _legal, ...withoutLaws } = soundFiles();
    expect(await checkFiles(dir, withoutLaws)).toContainEqual(
      expect.objectContaining({ code: 'schema', severity: 'error', file: 'content/legal.yaml' }),
    );
  });

  it('wants the same keys and values in both languages', async () => {
    const missing = await checkFiles(
      dir,
      edit('content/locales/en/bot.yaml', 'local_fee: "Locally: {{text}} ({{resolution}})."', 'other: "Other text."'),
    );
    expect(missing.map(({ code, file }) => [code, file])).toEqual([
      ['locale-key-missing', 'content/locales/en/bot.yaml'],
      ['locale-key-missing', 'content/locales/vi/bot.yaml'],
    ]);
    const differing = await checkFiles(dir, edit('content/locales/en/bot.yaml', '{{date}}', '{{day}}'));
    expect(differing.map(({ code }) => code)).toEqual(['locale-values-differ']);
  });

  it('tells of a file that cannot be read before all that follows from it', async () => {
    const findings = await checkFiles(dir, edit(alpha, 'field: Thử', 'field: [Thử'));
    expect(findings[0]).toMatchObject({ code: 'related-unknown', file: 'content/guides/beta.yaml' });
    const ordered = causesFirst(findings);
    expect(ordered[0]).toMatchObject({ code: 'yaml-syntax', file: alpha });
    expect(ordered).toHaveLength(findings.length);
  });

  it('names the words that are missing where an answer cannot be put together', async () => {
    const files = soundFiles();
    for (const language of ['vi', 'en']) files[`content/locales/${language}/legal.yaml`] = 'kind: { luật: x }\n';
    const found = (await checkFiles(dir, files)).filter(({ code }) => code === 'not-rendered');
    expect(found[0]).toMatchObject({ severity: 'error', file: 'content/guides/beta.yaml' });
    expect(found[0]?.line).toBe(lineOf(files, 'content/guides/beta.yaml', '- sources: [cong]'));
    expect(found[0]?.message).toContain('legal:kind.nghị định');
    // Once for each aspect and language, not for every day.
    expect(found.filter(({ file }) => file === alpha)).toHaveLength(4);
  });

  it('lets what only officers read be Vietnamese only, in their own words', async () => {
    const findings = await checkFiles(dir, {
      ...soundFiles(),
      'content/locales/vi/staff.yaml': 'title: "Hộp việc cấp huyện cũ *"\n',
    });
    expect(findings).toEqual([]);
  });

  it('wants questions, answers and golden questions for each topic', async () => {
    const { [alphaIntents]: _questions, ...withoutQuestions } = soundFiles();
    expect((await checkFiles(dir, withoutQuestions)).map(({ code }) => code)).toEqual(['content-without-intent']);
    await rm(dir, { recursive: true });
    const { [alpha]: _answer, ...withoutAnswer } = soundFiles();
    const codes = (await checkFiles(dir, withoutAnswer)).map(({ code }) => code);
    expect(codes).toContain('intent-without-content');
    await rm(dir, { recursive: true });
    const golden = { ...soundFiles(), 'test/golden/procedures/alpha.yaml': '[]\n' };
    expect((await checkFiles(dir, golden)).map(({ code, file }) => [code, file])).toEqual([
      ['golden-missing', 'content/guides/beta.yaml'],
    ]);
  });

  it('judges a claim by the days on which it is said', async () => {
    const claim = 'Nộp tại UBND huyện.';
    const past = edit(alpha, 'Hỏi quầy để biết mức thu.', claim);
    const until = { ...past, [alpha]: (past[alpha] ?? '').replaceAll('2025-07-01', '2024-07-01') };
    until[alpha] = (until[alpha] ?? '')
      .replace('until: 2026-12-31', 'until: 2025-06-30')
      .replace('from: 2027-01-01', 'from: 2025-07-01');
    const codes = (await checkFiles(dir, until)).map(({ code }) => code);
    expect(codes).not.toContain('outdated-claim');
    expect((await checkFiles(dir, past)).map(({ code }) => code)).toContain('outdated-claim');
  });

  it('lets a text speak of the past to say that it is over', async () => {
    const files = edit(alpha, 'Mang giấy tờ tùy thân.', 'Từ 01/7/2025 không còn UBND huyện.');
    expect((await checkFiles(dir, files)).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('follows a law to the one that replaced it', async () => {
    const files = edit(alpha, '- sources: [cong]', '- sources: [cong]\n      legal: [nd-2]');
    const legal = 'content/legal.yaml';
    files[legal] = (files[legal] ?? '').replace(
      'effective_to: 2026-06-30, amended_by: [], replaced_by: []',
      'effective_to: 2026-06-30, amended_by: [], replaced_by: [nd-1]',
    );
    expect(await checkFiles(dir, files)).toEqual([]);
  });

  it('finds near duplicates across topics only', async () => {
    const words = 'một hai ba bốn năm sáu bảy tám chín mười';
    const near = edit('intents/guides/beta.yaml', '"bêv bêv0x bêv0y"', `"${words} thôi"`);
    near[alphaIntents] = (near[alphaIntents] ?? '').replace('"anv anv0x anv0y"', `"${words}"`);
    const found = (await checkFiles(dir, near)).filter(({ code }) => code === 'example-near-duplicate');
    expect(found).toHaveLength(1);
    expect(found[0]?.file).toBe('intents/guides/beta.yaml');
    await rm(dir, { recursive: true });
    const within = edit(alphaIntents, '"anv anv0x anv0y", "anv anv1x anv1y"', `"${words}", "${words} thôi"`);
    expect((await checkFiles(dir, within)).map(({ code }) => code)).toEqual([]);
  });

  it('points out topics that ask for the same, unless they are declared as confusable', async () => {
    const alike = soundFiles();
    let number = 0;
    alike['intents/guides/beta.yaml'] = (alike[alphaIntents] ?? '')
      .replace('topic: alpha', 'topic: beta')
      .replace('an tắt', 'bê tắt')
      .replace(/"([^"]+)"/g, (_, words: string) => `"${words} khác${(number += 1)}"`);
    expect((await checkFiles(dir, alike)).map(({ code }) => code)).toContain('topics-alike');
    alike['intents/confusable.yaml'] = 'sets: []\napart: [{ topics: [alpha, beta], because: Khác nhau rõ }]\n';
    expect((await checkFiles(dir, alike)).map(({ code }) => code)).not.toContain('topics-alike');
    alike['intents/confusable.yaml'] = `sets:
  - id: pair
    question: { vi: Việc nào?, en: Which? }
    ask: [việc]
    options:
      - { topic: alpha, title: { vi: An, en: An }, cues: [an] }
      - { topic: beta, title: { vi: Bê, en: Be }, cues: [bê] }
`;
    expect((await checkFiles(dir, alike)).map(({ code }) => code)).not.toContain('topics-alike');
  });

  it('compares codes with the names of a catalogue', async () => {
    const check = async (catalogue: [string, string][]) =>
      (await checkFiles(dir, soundFiles(), { catalogue: new Map(catalogue) })).map(({ code }) => code);
    expect(await check([['1.000001', 'Việc an']])).toEqual([]);
    expect(await check([['1.000001', 'Khai báo tạm vắng']])).toEqual(['code-name-mismatch']);
    expect(
      await check([
        ['1.000001', 'Việc an khác'],
        ['1.000002', 'Việc an'],
      ]),
    ).toEqual(['code-name-mismatch']);
    expect(await check([['1.999999', 'Việc an']])).toEqual(['code-not-in-catalogue']);
  });
});
