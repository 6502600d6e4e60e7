import type { Command } from 'commander';
import { runOperation } from './run-operation.ts';

/** Adds `zalo authorize` and `channels setup`: what is done once before an OA or a Page goes live. */
export function registerPlatforms(program: Command): void {
  program
    .command('zalo')
    .description('Zalo OA')
    .command('authorize')
    .description('print the address at which the admin of the OA lets the bot send')
    .requiredOption('--unit <id>', 'unit whose OA it is')
    .action(async (options: { unit: string }) => {
      const { text } = await runOperation('zalo-authorize', options, { channels: true });
      process.stdout.write(text);
    });
  program
    .command('channels')
    .description('platform set-up')
    .command('setup')
    .description('write greeting, ice breakers and menu of the Page and subscribe to its events')
    .requiredOption('--unit <id>', 'unit whose Page it is')
    .action(async (options: { unit: string }) => {
      const { text, exitCode } = await runOperation('channels-setup', options, { channels: true });
      process.stdout.write(text);
      process.exitCode = exitCode;
    });
}
