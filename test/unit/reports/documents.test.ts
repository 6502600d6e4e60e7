import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { composeDocument, prepareNarrative } from '../../../src/reports/document/compose-document.ts';
import type { ReportDocument } from '../../../src/reports/document/model.ts';
import { owedIn } from '../../../src/reports/document/quota-table.ts';
import type { Wording } from '../../../src/reports/document/wording.ts';
import { buildTemplate } from '../../../src/reports/docx/build-template.ts';
import { writeDocx } from '../../../src/reports/docx/write-docx.ts';
import { metrics } from '../../../src/reports/metrics/metrics.ts';
import { freezeSnapshot, thawSnapshot, type Snapshot } from '../../../src/reports/snapshot.ts';
import { writeCsv, writeJson } from '../../../src/reports/write-data.ts';
import { writeXlsx } from '../../../src/reports/write-xlsx.ts';
import { aSnapshot, aUnit, contentDir, form, loadWords } from './a-snapshot.ts';

let words: Wording;
let template: Uint8Array;
beforeAll(async () => {
  words = await loadWords();
  template = await readFile(join(contentDir, 'templates/report.docx'));
});

function compose(
  snapshot: Snapshot,
  given: { number?: string; issuedOn?: string; version?: number } = {},
): ReportDocument {
  return composeDocument({
    snapshot,
    snapshotHash: freezeSnapshot(snapshot).snapshotHash,
    narrative: { ...prepareNarrative(snapshot, words), direction: 'Đã ban hành 01 kế hoạch.' },
    form,
    number: given.number ?? null,
    issuedOn: given.issuedOn ?? null,
    version: given.version ?? 1,
    themes: ['online-filing', 'online-payment'],
    feedbackTopics: ['denunciation'],
    countsLinks: true,
    words,
  });
}

/** The parts of an Office file, as text. */
function partsOf(file: Uint8Array): Record<string, string> {
  return Object.fromEntries(
    Object.entries(unzipSync(file)).map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')]),
  );
}

/** Paragraphs of a Word part as plain text. */
function paragraphs(xml: string): string[] {
  return [...xml.matchAll(/<w:p[ >][\s\S]*?<\/w:p>/g)]
    .map(([paragraph]) =>
      [...paragraph.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text = '']) => text).join(''),
    )
    .map((text) => text.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'));
}

describe('the report as a Word document', () => {
  it('has the form of Nghị định 30/2020/NĐ-CP', async () => {
    const parts = partsOf(await writeDocx(compose(aSnapshot()), template, words));
    const xml = parts['word/document.xml'] ?? '';
    const lines = paragraphs(xml);
    expect(lines).toEqual(
      expect.arrayContaining([
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'Độc lập - Tự do - Hạnh phúc',
        'BÁO CÁO',
      ]),
    );
    expect(lines).toEqual(
      expect.arrayContaining(['UBND PHƯỜNG HÀNG GÒN', 'TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG']),
    );
    // Number and date are left to be written by hand.
    expect(lines).toContain('Số:       /BC-TTPVHCC');
    expect(lines).toContain('Kết quả thông tin, tuyên truyền quý III năm 2026');
    expect(lines).toContain('Kính gửi: Ủy ban nhân dân phường Hàng Gòn.');
    expect(lines.find((line) => line.startsWith('Trên đây là báo cáo'))).toMatch(/\.\/\.$/);
    expect(lines).toEqual(expect.arrayContaining(['Nơi nhận:', '- Như trên;', '- Lưu: VT.', 'GIÁM ĐỐC']));
    // Nothing is left of the template's places.
    expect(xml).not.toContain('{{');
    // One font in every run, A4, the margins of the decree, no number on the first page.
    const fonts = new Set(
      [...xml.matchAll(/w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...fonts]).toEqual(['Times New Roman']);
    expect(xml).toContain('w:top="1134" w:right="1134" w:bottom="1134" w:left="1701"');
    // The report and each annex number their own pages and show no number on the first.
    const sections = [...xml.matchAll(/<w:sectPr[ >].*?<\/w:sectPr>/gs)].map(([section]) => section);
    expect(sections).toHaveLength(1 + compose(aSnapshot()).annexes.length);
    for (const section of sections) {
      expect(section).toContain('<w:titlePg/>');
      expect(section).toContain('w:pgNumType w:start="1"');
    }
    expect(sections.filter((section) => section.includes('w:orient="landscape"'))).toHaveLength(
      sections.length - 1,
    );
    expect(xml).not.toContain('\uE000');
    // Number and date stand on one line, whatever the names above take.
    const [heading = ''] = /<w:tbl>.*?<\/w:tbl>/s.exec(xml) ?? [];
    const lastRow = heading.slice(heading.lastIndexOf('<w:tr>'));
    expect(paragraphs(lastRow)).toEqual([expect.stringMatching(/^Số:/), expect.stringContaining(', ngày ')]);
    expect(xml).toBe(xml.normalize('NFC'));
  });

  it('writes the number, and the date as the decree does', async () => {
    const line = async (issuedOn: string) => compose(aSnapshot(), { number: '05', issuedOn }).placeDate;
    expect(compose(aSnapshot(), { number: '05' }).number).toBe('Số: 05/BC-TTPVHCC');
    // A leading zero for days under 10, and for January and February only.
    expect(await line('2027-01-05')).toBe('Hàng Gòn, ngày 05 tháng 01 năm 2027');
    expect(await line('2026-09-15')).toBe('Hàng Gòn, ngày 15 tháng 9 năm 2026');
  });

  it('says the figures in Vietnamese form, zero as 0 and what cannot be known as a dash', async () => {
    const xml = partsOf(await writeDocx(compose(aSnapshot()), template, words))['word/document.xml'] ?? '';
    const lines = paragraphs(xml);
    expect(lines).toEqual(expect.arrayContaining(['1.234', '+23,40%', '-6,25%', '–', '0']));
    // 900 of 900 + 60 + 30 + 10.
    expect(lines.find((line) => line.startsWith('Trong kỳ có 300'))).toContain('đạt 90,00%');
    expect(lines.find((line) => line.startsWith('334 lượt'))).toContain('27,07%');
    expect(lines.find((line) => line.startsWith('10 lượt yêu cầu'))).toContain('trung vị 12,5 phút');
    expect(lines).toContain('ab'.repeat(32));
    expect(lines).toContain(words.say('log_note'));
  });

  it('shows no row that fewer than five people stand behind', async () => {
    const document = compose(aSnapshot());
    const topics = document.annexes
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === 'table' && block.table.id === 'topics' ? block.table.rows : []));
    expect(topics.map((cells) => cells.slice(1, 4))).toEqual([
      ['Đăng ký khai sinh', 890, 200],
      ['Các chủ đề dưới 5 người hỏi (gộp)', 10, null],
    ]);
  });

  it('holds the two charts as pictures, and their numbers in words', async () => {
    const file = await writeDocx(compose(aSnapshot()), template, words);
    const pictures = Object.entries(unzipSync(file)).filter(([name]) => /^word\/media\/.+\.png$/.test(name));
    expect(pictures).toHaveLength(2);
    for (const [, bytes] of pictures) expect([...bytes.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(partsOf(file)['word/document.xml']).toContain('Được trả lời: 900');
  });

  it('says of a later version that it is one', () => {
    expect(compose(aSnapshot(), { version: 2 }).body[0]).toEqual({
      kind: 'note',
      text: 'Bản sửa đổi lần 1, thay bản đã duyệt trước đó.',
    });
  });

  it('is poured into the very template that the program builds', async () => {
    const built = partsOf(await buildTemplate(words));
    const committed = partsOf(template);
    const stable = (xml = '') => xml.replace(/w:rsid\w*="[^"]*"/g, '');
    // After a change of the builder: tthc report-template --out content/templates/report.docx
    expect(stable(committed['word/document.xml']) === stable(built['word/document.xml'])).toBe(true);
  });

  it('has a table of units in a province, adds them up, and averages nothing over them', () => {
    const document = compose(aSnapshot([aUnit('a', 'Phường A'), aUnit('b', 'Phường B')]));
    const [units] = document.annexes[0]?.blocks ?? [];
    const rows = units?.kind === 'table' ? units.table.rows : [];
    expect(rows.map((cells) => cells.slice(1, 5))).toEqual([
      ['Phường A', 300, 410, 1_234],
      ['Phường B', 300, 410, 1_234],
      ['Tổng cộng', 600, 820, 2_468],
    ]);
    expect(JSON.stringify(document.body)).not.toContain('trung vị');
  });

  it('gives one paragraph of at most 120 words for the larger report', () => {
    const { extract } = compose(aSnapshot());
    expect(extract.split(/\s+/).length).toBeLessThanOrEqual(120);
    expect(extract).toContain('có 300 người dân liên hệ');
    expect(extract).toContain('được hỏi nhiều nhất: Đăng ký khai sinh.');
  });

  it('says nothing of the topics asked most where too few asked to name one', () => {
    const unit = aUnit('hang-gon', 'Phường Hàng Gòn');
    const { extract } = compose(
      aSnapshot([{ ...unit, current: unit.current.filter(({ metric }) => !metric.startsWith('topic-')) }]),
    );
    expect(extract).not.toContain('nhiều nhất');
    expect(extract).toContain('chuyển cán bộ 10 lượt. Thực hiện');
  });
});

describe('the report as a workbook', () => {
  it('has typed cells, frozen headers, formats and a print set-up, and runs no formula', async () => {
    const parts = partsOf(await writeXlsx(compose(aSnapshot()), words));
    const workbook = parts['xl/workbook.xml'] ?? '';
    const names = [...workbook.matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Kết quả chung',
        'Sổ truyền thông',
        'Niêm phong',
        'Định nghĩa, truy vấn',
        'Theo ngày',
      ]),
    );
    expect(workbook.match(/_xlnm\.Print_Titles/g)).toHaveLength(names.length);
    const overview = parts['xl/worksheets/sheet2.xml'] ?? '';
    expect(overview).toContain('state="frozen"');
    expect(overview).toContain('ySplit="3"');
    expect(overview).toContain(
      '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>',
    );
    // A number takes one line however many places it has, a header as many as its words.
    expect(overview).toMatch(/<row r="6" ht="16"/);
    expect(overview).toMatch(/<row r="3" ht="32"/);
    // A number is a number.
    expect(overview).toMatch(/<c r="B6"[^>]*><v>1234<\/v><\/c>/);
    expect(parts['xl/styles.xml']).toContain('#,##0');
    expect(parts['xl/styles.xml']).toContain('0.00%');
    expect(Object.values(parts).join('')).not.toContain('<f>');
    const shared = parts['xl/sharedStrings.xml'] ?? '';
    expect(shared).toContain('=HYPERLINK(');
    expect(shared).toContain('from interaction i');
    expect(shared).toContain('hang-gon: 3–8');
  });
});

describe('the report for programs', () => {
  it('has a row of csv for each value, beside those of the other periods, safe for a spreadsheet', () => {
    const csv = writeCsv(aSnapshot(), words);
    expect(csv.startsWith('\ufeffunit,period,')).toBe(true);
    expect(csv).toContain(
      'hang-gon,2026-Q3,2026-06-15,2026-09-14,interactions,Lượt trao đổi,,,,1234,1000,0\r\n',
    );
    expect(csv).toContain(
      'topic-interactions,Lượt trả lời theo chủ đề,,birth-registration,Đăng ký khai sinh,890,0,0\r\n',
    );
  });

  it('has totals, topics and all values as json', () => {
    const snapshot = aSnapshot();
    const state = { version: null, status: 'live' as const, snapshotHash: 'x' };
    const json = JSON.parse(writeJson(snapshot, compose(snapshot), state));
    expect(json.totals).toEqual({ interactions: 1_234, answers: 900, citizens: 300, guidanceSessions: 410 });
    expect(json.topics[0]).toEqual({
      topic: 'birth-registration',
      name: 'Đăng ký khai sinh',
      interactions: 890,
      citizens: 200,
    });
    expect(json.unit).toEqual({ id: 'hang-gon', name: 'Phường Hàng Gòn' });
  });
});

describe('figures in words', () => {
  it('names, defines and limits every metric', () => {
    for (const { id } of metrics) {
      for (const part of ['name', 'definition', 'limits']) {
        expect(words.say(`metric.${id}.${part}`).length).toBeGreaterThan(3);
      }
    }
  });

  it('prepares the texts from the figures', () => {
    const { difficulties, tasks } = prepareNarrative(aSnapshot(), words);
    expect(difficulties).toContain('30 lượt hỏi chưa có nội dung trả lời, tập trung ở: Đăng ký khai sinh');
    expect(difficulties).toContain('lý do nhiều nhất: Khó hiểu');
    expect(difficulties).toContain('2 lượt yêu cầu gặp cán bộ');
    expect(tasks).toContain('Rà soát 1 chủ đề');
  });

  it('asks of a plan what its period holds', () => {
    const { period } = aSnapshot();
    expect(owedIn({ kind: 'article', per: 'month', atLeast: 5 }, period)).toBe(15);
    expect(owedIn({ kind: 'loudspeaker', per: 'week', atLeast: 1 }, period)).toBe(13);
    expect(owedIn({ kind: 'video', per: 'quarter', atLeast: 2 }, period)).toBe(2);
  });

  it('refuses frozen figures that somebody changed', () => {
    const frozen = freezeSnapshot(aSnapshot());
    expect(thawSnapshot(frozen)).toEqual(aSnapshot());
    const changed = { ...frozen, snapshot: frozen.snapshot.replace('1234', '9234') };
    expect(() => thawSnapshot(changed)).toThrow(/không khớp/);
  });
});
