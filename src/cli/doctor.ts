import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { readContent } from '../content/load-library.ts';
import { runOperation } from './run-operation.ts';

/** Adds `doctor`: what is wrong with this deployment and what to do about it. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check configuration, database, Redis, tokens, webhook set-up and content; says what to do')
    .action(async () => {
      const { contentDir, unitsDir } = readConfig();
      const { findings } = await readContent(contentDir, unitsDir);
      const errors = findings.filter(({ severity }) => severity === 'error');
      for (const { file, line, message } of errors) process.stdout.write(`✗ ${file}:${line} ${message}\n`);
      if (errors.length > 0) {
        process.exitCode = 1;
        return;
      }
      const { text, exitCode } = await runOperation('doctor', {}, { channels: true });
      process.stdout.write(text);
      process.exitCode = exitCode;
    });
}
