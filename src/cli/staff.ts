import type { Command } from 'commander';
import { runOperation } from './run-operation.ts';

/** Adds `staff link`: a way back in for an officer whom no admin can help. */
export function registerStaff(program: Command): void {
  const staff = program.command('staff').description('accounts of the staff console');
  staff
    .command('link')
    .description('print a one-time link with which an officer sets a new password')
    .requiredOption('--user <username>', 'whose account, e.g. admin')
    .action(async ({ user }: { user: string }) => {
      const { text } = await runOperation('staff-link', { user });
      process.stdout.write(text);
    });
}
