import { join, resolve } from 'node:path';
import { loadTranslator } from '../../../src/content/translator.ts';
import type { Wording } from '../../../src/reports/document/wording.ts';
import type { FigureRow } from '../../../src/reports/figures.ts';
import type { ReportForm } from '../../../src/reports/report-unit.ts';
import type { Snapshot, UnitFigures } from '../../../src/reports/snapshot.ts';

const projectDir = resolve(import.meta.dirname, '../../..');
export const contentDir = join(projectDir, 'content');

export async function loadWords(): Promise<Wording> {
  const t = await loadTranslator(join(contentDir, 'locales'));
  return {
    say: (key, values) => t('vi', `reports:${key}`, values),
    has: (key) => t.has('vi', `reports:${key}`),
  };
}

export const form: ReportForm = {
  superior: 'UBND PHƯỜNG HÀNG GÒN',
  issuer: 'TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG',
  issuerName: 'Trung tâm Phục vụ hành chính công phường Hàng Gòn',
  place: 'Hàng Gòn',
  symbol: 'BC-TTPVHCC',
  addressees: ['Ủy ban nhân dân phường Hàng Gòn'],
  recipients: ['Như trên', 'Lưu: VT'],
  signer: ['GIÁM ĐỐC'],
  signerName: null,
  plan: 'Kế hoạch số 12/KH-UBND',
  title: 'Kết quả thông tin, tuyên truyền {period}',
  partOf: null,
  quotas: [{ kind: 'article', per: 'month', atLeast: 5 }],
  template: null,
};

const row = (
  metric: string,
  value: number,
  key: string | null = null,
  channel: string | null = null,
): FigureRow => ({
  ...{ metric, channel, key, value },
});

/** A quarter of one unit: small numbers that can be followed through tables and sentences. */
export function aUnit(id: string, name: string): UnitFigures {
  return {
    unit: { id, name },
    seal: {
      number: 9,
      hash: 'ab'.repeat(32),
      sealedAt: '2026-09-20T01:00:00.000000Z',
      through: { interaction: 2_000 },
    },
    sealRange: { first: 3, last: 8 },
    current: [
      row('interactions', 1_234),
      row('interactions', 1_234, null, 'zalo'),
      row('citizens', 300),
      row('citizens', 300, null, 'zalo'),
      row('guidance-sessions', 410),
      row('answered', 900),
      row('asked-back', 60),
      row('not-understood', 30),
      row('handed-over', 10),
      row('topic-interactions', 890, 'birth-registration'),
      row('topic-citizens', 200, 'birth-registration'),
      row('topic-interactions', 10, 'denunciation'),
      row('topic-citizens', 4, 'denunciation'),
      row('theme-sessions', 25, 'online-filing'),
      row('theme-interactions', 30, 'online-filing'),
      row('theme-citizens', 20, 'online-filing'),
      row('unanswered-near-topic', 12, 'birth-registration'),
      row('not-helpful', 3),
      row('not-helpful-reasons', 3, 'unclear'),
      row('links-given', 700, 'https://dichvucong.gov.vn'),
      row('links-opened', 90, 'https://dichvucong.gov.vn'),
      row('day-interactions', 1_234, '2026-06-15'),
      row('day-sessions', 410, '2026-06-15'),
      row('handovers-answered', 8),
      row('handovers-unanswered', 2),
      row('reply-minutes-median', 12.5),
      row('reply-minutes-p90', 40),
    ],
    previous: [row('interactions', 1_000), row('citizens', 320)],
    lastYear: [],
    officeTime: { inside: 900, outside: 334, unknown: 0 },
    content: { published: 95, reviewed: ['birth-registration'], expiring: ['denunciation'], expired: [] },
    outreach: [
      {
        code: 'bai-1',
        kind: 'article',
        title: '=HYPERLINK("x")',
        day: '2026-07-01',
        place: null,
        link: null,
        reached: 50,
      },
    ],
  };
}

export function aSnapshot(units: readonly UnitFigures[] = [aUnit('hang-gon', 'Phường Hàng Gòn')]): Snapshot {
  const period = (id: string, firstDay: string, lastDay: string) => ({
    ...{ id, firstDay, lastDay },
    from: new Date(Date.parse(`${firstDay}T00:00:00+07:00`)).toISOString(),
    to: new Date(Date.parse(`${lastDay}T00:00:00+07:00`) + 86_400_000).toISOString(),
  });
  return {
    v: 1,
    takenAt: '2026-09-20T02:00:00.000Z',
    contentVersion: 'content-1',
    period: period('2026-Q3', '2026-06-15', '2026-09-14'),
    previous: period('2026-Q2', '2026-03-15', '2026-06-14'),
    lastYear: period('2025-Q3', '2025-06-15', '2025-09-14'),
    units,
    topics: { 'birth-registration': 'Đăng ký khai sinh', denunciation: 'Tố cáo' },
  };
}
