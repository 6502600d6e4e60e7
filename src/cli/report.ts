import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { AppError } from '../core/errors.ts';
import { reportFormats } from '../reports/report-desk.ts';
import { runOperation } from './run-operation.ts';

interface ReportOptions {
  unit: string[];
  province?: string;
  period: string;
  format: string;
  out: string;
  live: boolean;
}

/** Adds `report`, and `report-template`. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('write the period report of a unit, of several, or of a province')
    .option('--unit <id...>', 'unit, as its file is named; several give one report with a table per unit', [])
    .option('--province <id>', 'all units of a province')
    .option('--period <period>', '2026-Q3, 2026-H1, 2026-9M, 2026 or 2026-10')
    .addOption(new Option('--format <format>').choices(reportFormats).default('json'))
    .option('--out <file>', 'where to write; - for standard output')
    .option('--live', 'count anew even where an approved report exists', false)
    .action(async ({ unit, province, period, format, out, live }: Partial<ReportOptions>) => {
      const missing = [
        ...(unit?.length === 0 && province === undefined ? ['--unit'] : []),
        ...(period === undefined ? ['--period'] : []),
        ...(out === undefined ? ['--out'] : []),
      ];
      if (missing.length > 0) throw new AppError('invalid-input', `Thiếu ${missing.join(', ')}.`);
      const units = unit?.flatMap((one) => one.split(','));
      await save(await runOperation('report', { units, province, period, format, live }), out ?? '-');
    });
  program
    .command('report-template')
    .description('write the Word template, to be changed by the office and put into content/templates/')
    .requiredOption('--out <file>', 'the .docx to write')
    .action(async ({ out }: { out: string }) => save(await runOperation('report-template', {}), out));
}

async function save({ file }: { file?: Uint8Array }, out: string): Promise<void> {
  if (out === '-') process.stdout.write(file ?? '');
  else await writeFile(out, file ?? '');
}
