import type { Command } from 'commander';
import { runOperation } from './run-operation.ts';

/** Adds `queue parked` and `queue release`: what was given up, and putting it back after the cause was mended. */
export function registerQueue(program: Command): void {
  const queue = program.command('queue').description('look after items that could not be handled');
  queue
    .command('parked')
    .description('list parked items: queue, id, unit, time, reason')
    .action(async () => {
      const { text } = await runOperation('parked', {});
      // Beside the list, so that whoever counts its lines counts items.
      if (text === '') console.error('Không có mục nào bị bỏ lại.');
      process.stdout.write(text);
    });
  queue
    .command('release <id>')
    .description('put a parked item back into its queue')
    .action(async (id: string) => {
      const { text, exitCode } = await runOperation('release', { id });
      (exitCode === 0 ? process.stdout : process.stderr).write(text);
      process.exitCode = exitCode;
    });
}
