import { join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Aspect } from '../../../../src/core/aspect.ts';
import { aspects } from '../../../../src/core/aspect.ts';
import { makeBrief } from '../../../../src/content/catalogue/brief.ts';
import { emptyCatalogue } from '../../../../src/content/catalogue/catalogue-library.ts';
import type { DumpRecord } from '../../../../src/content/catalogue/dump-record.ts';
import { parseProcedure } from '../../../../src/content/catalogue/parse-procedure.ts';
import {
  catalogueButtons,
  catalogueTitle,
  renderCatalogueSection,
  shortenName,
  type CatalogueContext,
} from '../../../../src/content/catalogue/render-catalogue.ts';
import { createClaimFinder, findClaimsOn } from '../../../../src/content/check/check-outdated-claims.ts';
import type { LegalDocument } from '../../../../src/content/legal-schema.ts';
import type { Library, Unit } from '../../../../src/content/library.ts';
import { outdatedClaimsSchema } from '../../../../src/content/outdated-claims-schema.ts';
import { readContent } from '../../../../src/content/load-library.ts';
import { loadTranslator, type Translator } from '../../../../src/content/translator.ts';
import { unitSchema } from '../../../../src/content/unit-schema.ts';
import { aRecord } from './dump-fixture.ts';

const waysHeader = 'Hình thức nộpThời gianPhí, lệ phíMô tả';
const papersHeader = 'Tên giấy tờMẫu đơn, tờ khaiSố lượng';
let t: Translator;
let content: Library;
let unit: Unit;

beforeAll(async () => {
  const contentDir = resolve(import.meta.dirname, '../../../../content');
  t = await loadTranslator(join(contentDir, 'locales'));
  content = (await readContent(contentDir, join(contentDir, 'units'))).library;
  unit = unitSchema.parse({ id: 'thu', name: { vi: 'Phường Thử' }, province: 'tinh-thu', channels: {} });
});

function context(changed: Partial<CatalogueContext> & { legal?: LegalDocument[] } = {}): CatalogueContext {
  const { legal = [], ...rest } = changed;
  const library: Library = {
    ...content,
    topics: new Map(),
    legal: new Map(legal.map((document) => [document.id, document])),
  };
  const catalogue = { ...emptyCatalogue, dumpDate: '2026-07-20', dateGiven: true };
  return { library, unit, day: '2026-11-22', language: 'vi', t, catalogue, ...rest };
}

function say(filled: Partial<DumpRecord>, aspect: Aspect, changed: Parameters<typeof context>[0] = {}) {
  return renderCatalogueSection(makeBrief(parseProcedure(aRecord(filled)).procedure), aspect, context(changed));
}

const lawEnding = (effective_to: string, title = 'Luật Diều'): LegalDocument => ({
  id: 'l-99-2020',
  number: '99/2020/QH14',
  kind: 'luật',
  issuer: 'Quốc hội',
  title,
  issued_on: null,
  effective_from: '2020-01-01',
  effective_to,
  amended_by: [],
  replaced_by: [],
  status: 'in_force',
  confidence: 'high',
  sources: [{ where: 'thử', date: '2026' }],
});

describe('answers from the catalogue', () => {
  it('answers in the first line and says which copy it read', () => {
    expect(say({}, 'time')).toEqual({
      aspect: 'time',
      text: 'Thời hạn giải quyết: 3 ngày làm việc (nộp trực tuyến, trực tiếp).',
      sourceLine: 'Theo Cơ sở dữ liệu quốc gia về thủ tục hành chính, bản ngày 20/07/2026.',
      informs: true,
    });
    expect(say({}, 'documents').text).toBe('Hồ sơ gồm 1 mục giấy tờ:\n- Đơn xin thả diều (1 bản chính)');
    expect(say({}, 'online').text).toMatch(/^Có thể nộp trực tuyến/u);
    expect(say({}, 'fee').text).toMatch(/^Bản quốc gia ghi không thu/u);
  });

  it.each([
    ['a Council sets it', 'Miễn phí(Mức lệ phí 20.000 đồng do Hội đồng nhân dân tỉnh quyết định)'],
    ['cell and wording disagree', '20 VNĐ(20.000 vnđ/tờ khai)'],
    ['free stands above a price', 'Miễn phí(190.000 đồng/sổ)'],
    ['it changes on a day', '70,000 VNĐ(70.000 đồng; bằng 50% đến hết ngày 31/12/2026)'],
  ])('names no amount when %s', (_, fee) => {
    const ways = `${waysHeader}Trực tiếp3 Ngày làm việc${fee}`;
    for (const aspect of ['fee', 'overview'] as const) {
      expect(say({ cach_thuc_thuc_hien: ways }, aspect).text).not.toMatch(/\d[\d.]* ?(?:đồng|VNĐ|vnđ)|không thu/u);
    }
  });

  it('repeats none of the outdated claims that a page still makes, whatever the day', () => {
    const claims: unknown = parse(readFileSync(resolve(import.meta.dirname, '../../../../content/outdated-claims.yaml'), 'utf8'));
    const find = createClaimFinder(outdatedClaimsSchema.parse(claims));
    const gone = [
      'Ủy ban nhân dân cấp huyện',
      'Bộ Kế hoạch và Đầu tư',
      'Sở Thông tin và Truyền thông',
      'nộp tại Cổng dịch vụ công của tỉnh',
      'dịch vụ công trực tuyến mức độ 4',
    ];
    for (const claim of gone) {
      const filled = {
        trinh_tu_thuc_hien: `Bước 1: Nộp hồ sơ, ${claim}.\nBước 2: Nhận kết quả.`,
        co_quan_thuc_hien: claim,
        thanh_phan_ho_so: `--${papersHeader}Đơn xin thả diều gửi ${claim}1 bản chính`,
        yeu_cau_dieu_kien: `Có xác nhận: ${claim}.`,
      };
      expect(findClaimsOn(find, Object.values(filled).join('\n'), '2026-11-22')).not.toEqual([]);
      for (const day of ['2026-07-20', '2026-11-22', '2027-03-01']) {
        for (const aspect of aspects) {
          const { text } = say(filled, aspect, { day });
          expect({ claim, aspect, day, said: findClaimsOn(find, text, day) }).toEqual({ claim, aspect, day, said: [] });
        }
      }
    }
  });

  it('does not call free what the steps ask to be paid', () => {
    const { text, informs } = say({ trinh_tu_thuc_hien: 'Bước 1: Nộp hồ sơ và nộp lệ phí.' }, 'fee');
    expect(text).not.toContain('không thu');
    expect(informs).toBe(false);
  });

  it('states an amount with its condition', () => {
    const ways = `${waysHeader}Trực tiếp3 Ngày làm việc40,000 Việt Nam Đồng(Diều lớn: 40.000 đồng/chiếc)`;
    expect(say({ cach_thuc_thuc_hien: ways }, 'fee').text).toContain('40.000 đồng (nộp trực tiếp): Diều lớn: 40.000 đồng/chiếc');
  });

  it('adds the local fee that an officer of the unit confirmed', () => {
    const ways = `${waysHeader}Trực tiếp3 NgàyMiễn phí(Lệ phí do Hội đồng nhân dân quyết định)`;
    const fee = {
      text: { vi: '8.000 đồng một diều' },
      resolution: 'Nghị quyết 1/2026/NQ-HĐND',
      valid: { from: '2026-01-01' },
      confirmed_by: 'Cán bộ A',
      confirmed_on: '2026-10-01',
    };
    const withFee = { ...unit, local_fees: { 'catalogue:9.000001': fee } };
    expect(say({ cach_thuc_thuc_hien: ways }, 'fee', { unit: withFee }).text).toContain('8.000 đồng một diều');
    const unconfirmed = { ...unit, local_fees: { 'catalogue:9.000001': { ...fee, confirmed_by: null } } };
    expect(say({ cach_thuc_thuc_hien: ways }, 'fee', { unit: unconfirmed }).text).not.toContain('8.000');
  });

  it('sends nobody to a district', () => {
    const { text, informs } = say({ trinh_tu_thuc_hien: 'Bước 1: Nộp tại UBND cấp huyện.' }, 'steps');
    expect(informs).toBe(false);
    expect(text).not.toContain('huyện');
    expect(text).toContain('dichvucong.gov.vn');
    expect(say({ co_quan_thuc_hien: 'Phòng Tư pháp, Sở Tư pháp' }, 'place').text).toBe(
      'Cơ quan giải quyết: Sở Tư pháp.\nViệc thuộc cấp xã thì hỏi Trung tâm Phục vụ hành chính công xã, phường.',
    );
  });

  it('marks papers that are called by their old names', () => {
    const { text, informs } = say({ trinh_tu_thuc_hien: 'Bước 1: Xuất trình chứng minh nhân dân.' }, 'steps');
    expect(informs).toBe(true);
    expect(text).toContain('còn nhắc tên giấy tờ cũ');
    expect(say({}, 'steps').text).not.toContain('giấy tờ cũ');
  });

  it('passes over addresses that are not the portal’s', () => {
    const papers = `--${papersHeader}Khai tại https://dichvucong-gov-vn.top/x1 bản chínhĐơn theo mẫu1 bản chính`;
    const { text } = say({ thanh_phan_ho_so: papers }, 'documents');
    expect(text).not.toContain('.top');
    expect(text).toContain('- Đơn theo mẫu (1 bản chính)');
    expect(text).toContain('Còn 1 mục');
  });

  it('stays within a bubble and cuts between items', () => {
    const papers = Array.from({ length: 40 }, (_, index) => `${index + 1}. ${'Giấy tờ rất dài '.repeat(6)}số1 bản chính`);
    const record = {
      ten_thu_tuc: 'Thủ tục '.padEnd(1_000, 'dài '),
      thanh_phan_ho_so: `--${papersHeader}${papers.join('')}`,
      trinh_tu_thuc_hien: `${'Câu rất dài không dứt '.repeat(80)}\nBước 2: xong.`,
      yeu_cau_dieu_kien: papers.join('\n'),
    };
    for (const aspect of aspects) {
      const { text, sourceLine } = say(record, aspect);
      expect(text.length + sourceLine.length + 102).toBeLessThanOrEqual(900);
    }
    const shown = say(record, 'documents').text.split('\n');
    expect(shown.slice(1, -1).every((line) => line.endsWith('(1 bản chính)'))).toBe(true);
    expect(shown.at(-1)).toBe(`Còn ${40 - (shown.length - 2)} mục chưa nêu ở đây: xem đủ trên Cổng Dịch vụ công quốc gia.`);
  });

  it('says nothing before the copy, when it is old, or when its law has ended since', () => {
    for (const changed of [
      { day: '2026-07-19' },
      { day: '2028-01-01' },
      { day: '2026-11-22', legal: [lawEnding('2026-08-31')] },
    ]) {
      for (const aspect of aspects) expect(say({}, aspect, changed).informs).toBe(false);
    }
    expect(say({}, 'time', { day: '2026-08-31', legal: [lawEnding('2026-08-31')] }).informs).toBe(true);
  });

  it('cautions when the database itself rested on a law that had ended, and does not cite it', () => {
    const changed = { legal: [lawEnding('2026-06-30')] };
    expect(say({}, 'time', changed).text).toContain('hết hiệu lực sau ngày 30/06/2026');
    expect(say({}, 'legal', changed).text).not.toContain('Luật Diều');
  });

  it('lets a rule on fees end without the procedure', () => {
    const changed = { legal: [lawEnding('2026-08-31', 'Mức thu phí thả diều')] };
    expect(say({}, 'fee', changed).informs).toBe(false);
    expect(say({}, 'time', changed).informs).toBe(true);
  });

  it('links the portal only', () => {
    const link = (detail_url: string) => {
      const [button] = catalogueButtons(makeBrief(parseProcedure(aRecord({ detail_url })).procedure), context());
      return button?.kind === 'link' ? button.url : '';
    };
    expect(link('https://dichvucong.gov.vn/thu-tuc/1')).toBe('https://dichvucong.gov.vn/thu-tuc/1');
    for (const elsewhere of ['http://dichvucong.gov.vn/x', 'https://dichvucong.gov.vn@evil.vn/', 'javascript:alert(1)', '']) {
      expect(link(elsewhere)).toBe('https://dichvucong.gov.vn');
    }
  });

  it('shortens names between words', () => {
    expect(shortenName('Thủ tục đăng ký khai sinh')).toBe('Đăng ký khai sinh');
    expect(shortenName('Thủ tục cấp giấy phép thả diều ban đêm', 20)).toBe('Cấp giấy phép thả…');
    expect(catalogueTitle(makeBrief(parseProcedure(aRecord()).procedure)).length).toBeLessThanOrEqual(20);
  });
});
