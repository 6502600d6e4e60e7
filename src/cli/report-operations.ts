import { z } from 'zod';
import type { Services } from '../compose.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { AppError } from '../core/errors.ts';
import { buildTemplate } from '../reports/docx/build-template.ts';
import { reportFormats } from '../reports/report-desk.ts';

const reportInput = z.strictObject({
  units: z.array(z.string().max(100)).max(400),
  province: z.string().max(100).optional(),
  period: z.string().max(20),
  format: z.enum(reportFormats),
  live: z.boolean(),
});

/** The period report of a unit, of several, or of all units of a province, as a file. */
export async function writeReport(services: Services, input: unknown): Promise<OperationResult> {
  const { units, province, period, format, live } = readInput(reportInput, input);
  const ofProvince = [...services.library().units.values()].filter((unit) => unit.province === province);
  if (province !== undefined && ofProvince.length === 0) {
    throw new AppError('not-found', `Không có đơn vị nào thuộc tỉnh, thành phố "${province}".`);
  }
  const unitIds = [...units, ...ofProvince.map(({ id }) => id)];
  const report = await services.reports.open({ unitIds, period, live });
  return { text: '', file: await services.reports.write(report, format), exitCode: 0 };
}

/** The Word template that comes with the program, for an office to change. */
export async function buildReportTemplate({ t }: Services): Promise<OperationResult> {
  const words = {
    say: (key: string, values?: Readonly<Record<string, string | number>>) =>
      t('vi', `reports:${key}`, values),
    has: (key: string) => t.has('vi', `reports:${key}`),
  };
  return { text: '', file: await buildTemplate(words), exitCode: 0 };
}
