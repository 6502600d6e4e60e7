import { z } from 'zod';
import type { Services } from '../compose.ts';
import type { Operation, OperationResult } from '../control/operation.ts';
import { AppError } from '../core/errors.ts';
import { createCountReport, formatCountReportCsv } from '../reports/count-report.ts';
import { parsePeriod } from '../reports/period.ts';
import { importCatalogueFile, showCatalogueProcedure } from './catalogue-operations.ts';
import { chatTurn } from './chat-turn.ts';
import { examine } from './doctor-operation.ts';
import { exportEvidence } from './evidence-operations.ts';
import { authorizeZalo, setUpChannels } from './platform-operations.ts';

/** What commands do with the database, by name; also served to other processes by the server that owns it. */
export const operations: Readonly<Record<string, Operation<Services>>> = {
  report: writeReport,
  'evidence-export': exportEvidence,
  chat: chatTurn,
  'catalogue-import': importCatalogueFile,
  'catalogue-show': showCatalogueProcedure,
  doctor: examine,
  'zalo-authorize': authorizeZalo,
  'channels-setup': setUpChannels,
  parked: listParked,
  release: releaseParked,
};

const reportInput = z.strictObject({
  unit: z.string(),
  period: z.string(),
  format: z.enum(['json', 'csv']),
});

async function writeReport(services: Services, input: unknown): Promise<OperationResult> {
  const { unit: unitId, period: periodText, format } = reportInput.parse(input);
  const unit = services.library().units.get(unitId);
  if (unit === undefined) {
    const known = [...services.library().units.keys()].join(', ');
    throw new AppError('not-found', `Không có đơn vị "${unitId}"; các đơn vị hiện có: ${known}.`);
  }
  const period = parsePeriod(periodText, unit.report.cutoff);
  const read = await services.reports.readCounts(unit.id, period);
  const report = createCountReport({ id: unit.id, name: unit.name.vi }, period, read);
  const text = format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : formatCountReportCsv(report);
  return { text: '', file: Buffer.from(text, 'utf8'), exitCode: 0 };
}

const parkedShownAtMost = 200;

async function listParked(services: Services): Promise<OperationResult> {
  const queues = { inbound: services.inbound, outbound: services.outbound };
  const lines: string[] = [];
  for (const [name, queue] of Object.entries(queues)) {
    for (const item of await queue.parked(parkedShownAtMost)) {
      lines.push(`${name}\t${item.id}\t${item.unitId}\t${item.parkedAt.toISOString()}\t${item.reason}`);
    }
  }
  return { text: lines.map((line) => `${line}\n`).join(''), exitCode: 0 };
}

async function releaseParked(services: Services, input: unknown): Promise<OperationResult> {
  const { id } = z.strictObject({ id: z.string() }).parse(input);
  const released = (await services.inbound.release(id)) || (await services.outbound.release(id));
  return { text: '', exitCode: released ? 0 : 1 };
}
