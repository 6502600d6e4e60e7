import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatFailure, formatSummary, verifyEvidence } from '../evidence/verify.mjs';
import { runOperation } from './run-operation.ts';

/** Adds `evidence export` and `evidence verify`. */
export function registerEvidence(program: Command): void {
  const evidence = program.command('evidence').description('export and verify the sealed log');
  evidence
    .command('export')
    .description('write the evidence of a unit and period as a zip, and verify it')
    .requiredOption('--unit <id>', 'unit, as its file is named')
    .requiredOption('--period <period>', '2026-Q3, 2026-H1, 2026-9M, 2026 or 2026-10')
    .requiredOption('--out <file>', 'the zip to write')
    .action(async ({ unit, period, out }: { unit: string; period: string; out: string }) => {
      const path = resolve(out);
      const part = `${path}.${randomBytes(6).toString('hex')}.part`;
      try {
        await runOperation('evidence-export', { unit, period, path: part });
        await rename(part, path);
      } finally {
        await rm(part, { force: true });
      }
      console.log(path);
      await verify(path, []);
    });
  evidence
    .command('verify')
    .description('check a bundle, or the folder it was unpacked into; names the first thing that is wrong')
    .argument('<file>')
    .option('--root <hex...>', 'roots known from filed reports')
    .action((file: string, { root = [] }: { root?: string[] }) => verify(file, root));
}

async function verify(path: string, roots: readonly string[]): Promise<void> {
  try {
    process.stdout.write(formatSummary(await verifyEvidence(path, { roots })));
  } catch (error) {
    process.stdout.write(formatFailure(error));
    process.exitCode = 1;
  }
}
