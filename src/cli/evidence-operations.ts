import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Services } from '../compose.ts';
import { readInput, type OperationResult } from '../control/operation.ts';
import { AppError } from '../core/errors.ts';
import { systemUnitId } from '../core/evidence.ts';
import { parsePeriod } from '../reports/period.ts';

/**
 * The bundle of a year is too big to travel as JSON, so whoever owns the database writes it where the command says. A
 * name of this form, which must not exist yet, can do no harm to any other file.
 */
const exportInput = z.strictObject({
  unit: z.string(),
  period: z.string(),
  path: z
    .string()
    .max(4_096)
    .refine((path) => isAbsolute(path) && path.endsWith('.part')),
});

/** Seals what is new of a unit and writes its evidence of a period to `path`. */
export async function exportEvidence(services: Services, input: unknown): Promise<OperationResult> {
  const { unit: unitId, period: periodText, path } = readInput(exportInput, input);
  const unit = services.library().units.get(unitId);
  if (unit === undefined && unitId !== systemUnitId) {
    const known = [...services.library().units.keys()].join(', ');
    throw new AppError('not-found', `Không có đơn vị "${unitId}"; các đơn vị hiện có: ${known}.`);
  }
  const period = parsePeriod(periodText, unit?.report.cutoff ?? 'standard');
  await services.evidence.exportPeriod(unitId, period, path);
  return { text: '', exitCode: 0 };
}
