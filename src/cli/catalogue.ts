import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runOperation } from './run-operation.ts';

/** Adds `catalogue import` and `catalogue show`: the national database's dump, and what is answered from it. */
export function registerCatalogue(program: Command): void {
  const catalogue = program.command('catalogue').description('procedures of the national database');
  catalogue
    .command('import <file>')
    .description('import a dump (JSON lines, plain or .gz); reports what was refused, stale and changed')
    .option('--date <day>', 'day of the dump, YYYY-MM-DD; without it the day of the file')
    .option('--force', 'also import an older dump, or one that drops more than half of the procedures')
    .option('--json', 'print the whole report as JSON')
    .action(async (file: string, options: { date?: string; force?: boolean; json?: boolean }) => {
      const { text } = await runOperation('catalogue-import', {
        path: resolve(file),
        date: options.date ?? null,
        force: options.force === true,
        json: options.json === true,
      });
      process.stdout.write(text);
    });
  catalogue
    .command('show <code>')
    .description('show what is answered from one procedure, and what is doubtful about it')
    .option('--unit <id>', 'as this unit answers; the first one without it')
    .option('--original', 'print the crawled record instead')
    .action(async (code: string, options: { unit?: string; original?: boolean }) => {
      const { text } = await runOperation('catalogue-show', {
        code,
        unit: options.unit ?? null,
        original: options.original === true,
      });
      process.stdout.write(text);
    });
}
