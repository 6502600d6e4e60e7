import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueLibrary } from './content/catalogue/catalogue-library.ts';
import { catalogueCode } from './content/catalogue/catalogue-library.ts';
import { countContent } from './content/count-content.ts';
import type { Library, Unit } from './content/library.ts';
import type { ReportPreset } from './content/load-report-presets.ts';
import type { Translator } from './content/translator.ts';
import { unitQuotas } from './content/unit-quotas.ts';
import { hasConfirmedHours, officeAt } from './conversation/office-clock.ts';
import { vietnamDay } from './core/clock.ts';
import { AppError } from './core/errors.ts';
import type { Clock, Logger, SendMail } from './core/ports.ts';
import type { Evidence } from './evidence/evidence.ts';
import { systemUnitId } from './core/evidence.ts';
import type { AnchorPublisher } from './evidence/anchor.ts';
import type { SealHeader } from './evidence/seal-hash.ts';
import { convertToPdf } from './ops/convert-to-pdf.ts';
import type { ScheduledJob } from './ops/schedule.ts';
import type { Wording } from './reports/document/wording.ts';
import type { TopicSorting } from './reports/figure-reader.ts';
import type { Period } from './reports/period.ts';
import { createReportDesk, type ReportDesk } from './reports/report-desk.ts';
import { remindDue } from './reports/remind-due.ts';
import type { ReportForm, ReportUnit } from './reports/report-unit.ts';
import type { OutreachItem, SealPoint } from './reports/snapshot.ts';
import type { Database } from './storage/sql/database.ts';
import { createReportStore } from './storage/sql/report-store.ts';
import type { SettingStore } from './storage/sql/setting-store.ts';

export interface ReportTools {
  database: Database;
  evidence: Evidence;
  clock: Clock;
  t: Translator;
  contentDir: string;
  presets: ReadonlyMap<string, ReportPreset>;
  library: () => Library;
  catalogue: () => CatalogueLibrary;
  outreachItems: (unitId: string, period: Period) => Promise<OutreachItem[]>;
  settings: SettingStore;
  logger: Logger;
  /** Absent where no mail server is configured. */
  sendMail: SendMail | undefined;
  /** Where the newest roots are handed over. */
  anchors: readonly AnchorPublisher[];
  /** Whether replies give links whose openings are counted. */
  countsLinks: boolean;
}

/** Themes of the communication plans, in the order of the plans. */
const themes = [
  'online-filing',
  'online-payment',
  'digitisation',
  'tracking',
  'electronic-certification',
  'postal',
  'vneid',
  'linked-procedures',
  'hotlines',
  'feedback',
  'indices',
];
const feedbackTopics = ['citizen-feedback', 'complaint', 'denunciation', 'citizen-reception', 'rate-service'];
const defaultTemplate = 'report.docx';
/** Where a form leaves room to write by hand. */
const blank = '…………………';

const hourMs = 3_600_000;

/** Period reports and what is done for them by schedule. */
export interface ReportRoom {
  desk: ReportDesk;
  jobs: readonly ScheduledJob[];
}

/** Builds the desk that drafts, files and writes period reports. */
export function composeReports(tools: ReportTools): ReportRoom {
  const { database, evidence, clock, t, library, presets } = tools;
  const words = {
    say: (key: string, values?: Readonly<Record<string, string | number>>) =>
      t('vi', `reports:${key}`, values),
    has: (key: string) => t.has('vi', `reports:${key}`),
  };
  const units = () => [...library().units.values()].map((unit) => toReportUnit(unit, presets, words));
  const desk = createReportDesk({
    store: createReportStore(database),
    sources: {
      database,
      now: () => clock.now(),
      contentVersion: () => library().version,
      sealNow: async (unitId) => toSealPoint(await evidence.sealNow(unitId)),
      sealRange: async (unitId, interval) => (await evidence.readRange(unitId, interval)) ?? null,
      topics: { ...createSorting(tools), nameOf: (topic) => nameTopic(topic, tools) },
      isOfficeTime: (unitId, day, minutes) => isOfficeTime(unitId, day, minutes, library()),
      contentFacts: (period) => countContent(library().topics.values(), period, vietnamDay(clock.now())),
      outreachItems: tools.outreachItems,
    },
    units,
    provinceForm: (provinceId) => provinceForm(library(), provinceId, words.say('default_title')),
    readTemplate: (name) => readTemplate(join(tools.contentDir, 'templates'), name ?? defaultTemplate),
    convertToPdf,
    words,
    themes,
    feedbackTopics,
    countsLinks: tools.countsLinks,
  });
  const { settings, logger, sendMail } = tools;
  return {
    desk,
    jobs: [
      {
        name: 'remind-reports',
        everyMs: 6 * hourMs,
        run: () => remindDue({ reports: desk, units, sendMail, memory: settings, words, logger }),
      },
      ...tools.anchors.map((publisher, index) => ({
        name: `anchor-${index + 1}`,
        everyMs: 6 * hourMs,
        run: async () => {
          const { failed } = await evidence.anchorNewest(
            [...library().units.keys(), systemUnitId],
            publisher,
          );
          // What failed has been told unit by unit; a job that fails is tried again soon.
          if (failed > 0)
            throw new AppError(
              'platform-unreachable',
              `${failed} roots could not be handed over; check ANCHOR_URL and SMTP_URL.`,
              {
                retryable: true,
              },
            );
        },
      })),
    ],
  };
}

function toSealPoint(seal: Awaited<ReturnType<Evidence['sealNow']>>): SealPoint | undefined {
  if (seal === undefined) return undefined;
  const { through } = JSON.parse(seal.header) as SealHeader;
  return { number: seal.number, hash: seal.hash, sealedAt: seal.sealedAt, through };
}

/**
 * Guides count for their themes whatever is asked. A procedure counts for filing online only where that part is asked,
 * or every question about papers would be reported as guidance on filing online.
 */
function createSorting({ library, catalogue }: ReportTools): TopicSorting {
  const onlineOnly = { theme: 'online-filing', aspect: 'online' };
  return {
    fieldOf(topic) {
      const code = catalogueCode(topic);
      return code === undefined ? library().topics.get(topic)?.field : catalogue().read(code)?.field;
    },
    themesOf(topic) {
      if (catalogueCode(topic) !== undefined) return [onlineOnly];
      const found = library().topics.get(topic);
      if (found === undefined) return [];
      const own = (found.themes ?? []).map((theme) => ({ theme, aspect: null }));
      if (found.kind === 'guide') return own;
      return [...own.filter(({ theme }) => theme !== onlineOnly.theme), onlineOnly];
    },
  };
}

function nameTopic(topic: string, { library, catalogue }: ReportTools): string {
  const code = catalogueCode(topic);
  const name = code === undefined ? library().topics.get(topic)?.name.full.vi : catalogue().read(code)?.name;
  return name ?? topic;
}

function isOfficeTime(unitId: string, day: string, minutes: number, library: Library): boolean | undefined {
  const unit = library.units.get(unitId);
  // Without the hours only days of rest are known, and a share of those alone would say something else.
  if (unit === undefined || !hasConfirmedHours(unit)) return undefined;
  const { state } = officeAt(unit, library.holidays, day, minutes);
  return state === 'unknown' ? undefined : state === 'open';
}

const periodKinds: Record<ReportPreset['periods'][number], Period['kind']> = {
  month: 'month',
  quarter: 'quarter',
  'half-year': 'half',
  'nine-months': 'nine-months',
  year: 'year',
};

/** The unit's file where it says something, else its plan, else what every report has. */
function toReportUnit(unit: Unit, presets: ReadonlyMap<string, ReportPreset>, words: Wording): ReportUnit {
  const { report } = unit;
  const preset = report.preset === undefined ? undefined : presets.get(report.preset);
  const addressees = report.addressees ?? preset?.addressees ?? [];
  return {
    id: unit.id,
    name: unit.name.vi,
    province: unit.province,
    cutOff: report.cutoff,
    dueDay: report.due_day ?? preset?.due_day ?? undefined,
    periods: (preset?.periods ?? []).map((kind) => periodKinds[kind]),
    form: {
      superior: report.superior ?? null,
      issuer: report.issuer ?? unit.name.vi.toLocaleUpperCase('vi'),
      issuerName: report.issuer_name ?? unit.name.vi,
      place: report.place ?? blank,
      symbol: report.symbol ?? 'BC-…',
      addressees,
      recipients: report.recipients ?? [
        ...(addressees.length === 0 ? [] : [words.say('recipient_above')]),
        words.say('recipient_archive'),
      ],
      signer: report.signer ?? [],
      signerName: report.signer_name ?? null,
      plan: report.plan ?? preset?.plan ?? null,
      title: preset?.title ?? words.say('default_title'),
      partOf: preset?.part_of ?? null,
      quotas: unitQuotas(unit, presets),
      template: report.template ?? null,
    },
    remind: report.remind ?? [],
  };
}

/** Which body sends a province's report, and in whose name, is for the office to write. */
function provinceForm({ provinces }: Library, provinceId: string, title: string): ReportForm {
  const name = provinces.get(provinceId)?.names.at(-1)?.full.vi ?? provinceId;
  return {
    superior: null,
    issuer: `${blank} ${name.toLocaleUpperCase('vi')}`,
    issuerName: `${blank} ${name}`,
    place: blank,
    symbol: 'BC-…',
    ...{ addressees: [], recipients: [], signer: [], signerName: null, plan: null },
    ...{ title, partOf: null, quotas: [], template: null },
  };
}

async function readTemplate(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    throw new AppError(
      'configuration',
      `Không đọc được mẫu báo cáo content/templates/${name}; chép tệp vào đó, hoặc bỏ report.template trong tệp đơn vị.`,
      { cause: error },
    );
  }
}
