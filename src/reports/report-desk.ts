import { vietnamDay } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Narrative, ReportAct, ReportStore, StoredReport } from '../core/report.ts';
import { composeDocument, prepareNarrative } from './document/compose-document.ts';
import type { ReportDocument } from './document/model.ts';
import { namePeriod, type Wording } from './document/wording.ts';
import { writeDocx } from './docx/write-docx.ts';
import { listDueReports, type DueReport } from './due-reports.ts';
import { readFigureSource, type FigureSourceRow } from './figure-rows.ts';
import { parsePeriod, periodsOfYear, type Period } from './period.ts';
import type { ReportForm, ReportUnit } from './report-unit.ts';
import { freezeSnapshot, takeSnapshot, thawSnapshot, type FigureSources, type Snapshot } from './snapshot.ts';
import { writeCsv, writeJson, type ReportState } from './write-data.ts';
import { writeXlsx } from './write-xlsx.ts';

export const reportFormats = ['docx', 'xlsx', 'csv', 'json', 'pdf'] as const;
export type ReportFormat = (typeof reportFormats)[number];

const provincePrefix = 'province:';

/** The scope of a report over all units of a province. */
export const provinceScope = (provinceId: string): string => `${provincePrefix}${provinceId}`;

export interface ReportDeskTools {
  store: ReportStore;
  sources: FigureSources;
  units(): readonly ReportUnit[];
  /** Heading of a province's report: which body sends it is not known here. */
  provinceForm(provinceId: string): ReportForm;
  /** Bytes of a template: of the unit's own, or of the one that comes with the program. */
  readTemplate(name: string | null): Promise<Uint8Array>;
  /** @throws AppError that says what is missing where no converter is installed. */
  convertToPdf(docx: Uint8Array): Promise<Uint8Array>;
  words: Wording;
  /** Ids of the plans' themes, in the order in which they are shown. */
  themes: readonly string[];
  feedbackTopics: readonly string[];
  countsLinks: boolean;
}

/** A report as it can be shown: frozen figures, what staff wrote, and the document made of both. */
export interface OpenReport {
  state: ReportState;
  snapshot: Snapshot;
  document: ReportDocument;
}

/** Everything that is done with period reports. */
export interface ReportDesk {
  /**
   * The report that counts: the approved version where there is one (unless `live`), else figures as they are now.
   * @throws AppError `not-found` for an unknown unit, `invalid-input` for a malformed period.
   */
  open(request: { unitIds: readonly string[]; period: string; live?: boolean }): Promise<OpenReport>;
  /** The same for one stored version. */
  openStored(report: StoredReport): OpenReport;
  write(report: OpenReport, format: ReportFormat): Promise<Uint8Array>;
  /** Freezes the figures and begins a version with prepared texts. */
  draft(scope: string, period: string, act: ReportAct): Promise<StoredReport>;
  edit(id: string, revision: number, narrative: Narrative, act: ReportAct): Promise<StoredReport | undefined>;
  /** Counts a draft anew. */
  refresh(id: string, revision: number, act: ReportAct): Promise<StoredReport | undefined>;
  approve(
    id: string,
    revision: number,
    given: { number: string | null; issuedOn: string | null },
    act: ReportAct,
  ): Promise<StoredReport | undefined>;
  discard(id: string, revision: number, act: ReportAct): Promise<boolean>;
  read(id: string): Promise<StoredReport | undefined>;
  list(scopes: readonly string[]): Promise<Omit<StoredReport, 'snapshot'>[]>;
  /** The records behind one figure of a unit, as far as they were counted. */
  readSource(
    snapshot: Snapshot,
    unitId: string,
    figure: { metric: string; key: string },
    page: { after: number; limit: number },
  ): Promise<FigureSourceRow[]>;
  /** Periods that a unit may report: those that its plan asks for first, of last year, this year and what runs into the next. */
  listPeriods(unitId: string): { period: Period; name: string; isPlanned: boolean }[];
  /** What units owe now; the overview of the staff console shows it. */
  listDue(unitIds: readonly string[]): Promise<DueReport[]>;
}

const listedAtMost = 500;
/** More than a unit files, with corrections, in the time that is looked back on. */
const reportsPerUnit = 50;
/** Periods that ended longer ago are not offered. */
const listedForMs = 400 * 86_400_000;

export function createReportDesk(tools: ReportDeskTools): ReportDesk {
  const { store, sources, words } = tools;

  function unitsOf(ids: readonly string[]): ReportUnit[] {
    const units = tools.units();
    return [...new Set(ids)].map((id) => {
      const unit = units.find((one) => one.id === id);
      if (unit === undefined) {
        const known = units.map((one) => one.id).join(', ');
        throw new AppError(
          'not-found',
          `Không có đơn vị "${id.slice(0, 80)}"; các đơn vị hiện có: ${known}.`,
        );
      }
      return unit;
    });
  }

  /** Units of a scope, and the heading of its report. */
  function resolve(scope: string): { units: ReportUnit[]; form: ReportForm } {
    if (!scope.startsWith(provincePrefix)) {
      const [unit] = unitsOf([scope]);
      if (unit === undefined) throw new AppError('not-found', `Không có đơn vị "${scope}".`);
      return { units: [unit], form: unit.form };
    }
    const province = scope.slice(provincePrefix.length);
    const units = tools.units().filter((unit) => unit.province === province);
    if (units.length === 0) {
      throw new AppError(
        'not-found',
        `Không có đơn vị nào thuộc tỉnh, thành phố "${province.slice(0, 80)}".`,
      );
    }
    return { units, form: tools.provinceForm(province) };
  }

  /** Province of units that are all of one; a list of units is reported as its roll-up. */
  function scopeOf(units: readonly ReportUnit[]): string {
    const [first] = units;
    return units.length === 1 ? (first?.id ?? '') : provinceScope(first?.province ?? '');
  }

  function show(
    frozen: { snapshot: Snapshot; snapshotHash: string },
    given: {
      narrative: Narrative;
      form: ReportForm;
      number: string | null;
      issuedOn: string | null;
      version: number | null;
      status: ReportState['status'];
    },
  ): OpenReport {
    const document = composeDocument({
      ...frozen,
      ...given,
      version: given.version ?? 1,
      ...{
        themes: tools.themes,
        feedbackTopics: tools.feedbackTopics,
        countsLinks: tools.countsLinks,
        words,
      },
    });
    const { version, status } = given;
    return {
      state: { version, status, snapshotHash: frozen.snapshotHash },
      snapshot: frozen.snapshot,
      document,
    };
  }

  function openStored(report: StoredReport): OpenReport {
    const frozen = { snapshot: thawSnapshot(report), snapshotHash: report.snapshotHash };
    const form = (report.form as ReportForm | null) ?? resolve(report.scope).form;
    const { narrative, number, issuedOn, version, status } = report;
    return show(frozen, { narrative, number, issuedOn, version, status, form });
  }

  async function openLive(
    units: readonly ReportUnit[],
    form: ReportForm,
    period: string,
  ): Promise<OpenReport> {
    const snapshot = await takeSnapshot(units, period, sources);
    const { snapshotHash } = freezeSnapshot(snapshot);
    const narrative = prepareNarrative(snapshot, words);
    const blank = { number: null, issuedOn: null, version: null, status: 'live' as const };
    return show({ snapshot, snapshotHash }, { narrative, form, ...blank });
  }

  async function readDraft(id: string, revision: number): Promise<StoredReport | undefined> {
    const report = await store.read(id);
    return report?.status === 'draft' && report.revision === revision ? report : undefined;
  }

  return {
    async open({ unitIds, period, live }) {
      const units = unitsOf(unitIds);
      const scope = scopeOf(units);
      const filed = live === true || units.length > 1 ? undefined : await store.readApproved(scope, period);
      if (filed !== undefined) return openStored(filed);
      return openLive(units, resolve(scope).form, period);
    },
    openStored,
    async write({ document, snapshot, state }, format) {
      switch (format) {
        case 'json':
          return Buffer.from(writeJson(snapshot, document, state));
        case 'csv':
          return Buffer.from(writeCsv(snapshot, words));
        case 'xlsx':
          return writeXlsx(document, words);
        case 'docx':
        case 'pdf': {
          const docx = await writeDocx(document, await tools.readTemplate(document.template), words);
          return format === 'docx' ? docx : tools.convertToPdf(docx);
        }
      }
    },
    async draft(scope, period, act) {
      const { units } = resolve(scope);
      parsePeriod(period, units[0]?.cutOff ?? 'standard');
      const snapshot = await takeSnapshot(units, period, sources);
      const before = await store.readApproved(scope, period);
      // A correction goes on from what was filed.
      const narrative = before?.narrative ?? prepareNarrative(snapshot, words);
      return store.create({ scope, period, narrative, ...freezeSnapshot(snapshot) }, act);
    },
    edit: (id, revision, narrative, act) => store.edit(id, revision, { narrative }, act),
    async refresh(id, revision, act) {
      const report = await readDraft(id, revision);
      if (report === undefined) return undefined;
      const snapshot = await takeSnapshot(resolve(report.scope).units, report.period, sources);
      return store.edit(id, revision, freezeSnapshot(snapshot), act);
    },
    async approve(id, revision, given, act) {
      const report = await readDraft(id, revision);
      if (report === undefined) return undefined;
      thawSnapshot(report);
      return store.approve(id, revision, { ...given, form: resolve(report.scope).form }, act);
    },
    discard: (id, revision, act) => store.discard(id, revision, act),
    read: (id) => store.read(id),
    list: (scopes) => store.list(scopes, listedAtMost),
    async readSource(snapshot, unitId, { metric, key }, page) {
      const figures = snapshot.units.find(({ unit }) => unit.id === unitId);
      if (figures === undefined) return [];
      const { from, to } = snapshot.period;
      const scope = {
        ...{ unitId, from: new Date(from), to: new Date(to), through: figures.seal?.through ?? {} },
        asOf: new Date(snapshot.takenAt),
      };
      return readFigureSource(sources.database, scope, metric, key, page);
    },
    listPeriods(unitId) {
      const [unit] = unitsOf([unitId]);
      const year = Number(vietnamDay(sources.now()).slice(0, 4));
      const kinds: Period['kind'][] = ['year', 'nine-months', 'half', 'quarter', 'month'];
      return [year - 1, year, year + 1]
        .flatMap((one) => periodsOfYear(one, kinds, unit?.cutOff ?? 'standard'))
        .filter(
          ({ from, to }) => from <= sources.now() && sources.now().getTime() - to.getTime() < listedForMs,
        )
        .map((period) => ({
          ...{ period, name: namePeriod(period, words) },
          isPlanned: unit?.periods.includes(period.kind) ?? false,
        }))
        .sort(
          (a, b) =>
            Number(b.isPlanned) - Number(a.isPlanned) || b.period.to.getTime() - a.period.to.getTime(),
        );
    },
    async listDue(unitIds) {
      const units = tools.units().filter(({ id }) => unitIds.includes(id));
      const stored = await store.list(
        units.map(({ id }) => id),
        Math.max(listedAtMost, units.length * reportsPerUnit),
      );
      return listDueReports(units, stored, vietnamDay(sources.now()));
    },
  };
}
