import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { runOperation } from './run-operation.ts';

/** Adds `report`: the figures of a unit and period as a file. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('write the period report of a unit')
    .requiredOption('--unit <id>', 'unit, as its file is named')
    .requiredOption('--period <period>', '2026-Q3, 2026-H1, 2026-9M, 2026 or 2026-10')
    .addOption(new Option('--format <format>').choices(['json', 'csv']).default('json'))
    .requiredOption('--out <file>', 'where to write; - for standard output')
    .action(async (options: { unit: string; period: string; format: string; out: string }) => {
      const { unit, period, format, out } = options;
      const { file } = await runOperation('report', { unit, period, format });
      if (out === '-') process.stdout.write(file ?? '');
      else await writeFile(out, file ?? '');
    });
}
