#!/usr/bin/env node
import { Command } from 'commander';
import { join } from 'node:path';
import { registerCatalogue } from './cli/catalogue.ts';
import { registerChat } from './cli/chat.ts';
import { registerContent } from './cli/content.ts';
import { registerDoctor } from './cli/doctor.ts';
import { registerEvaluate } from './cli/evaluate.ts';
import { registerEvidence } from './cli/evidence.ts';
import { registerMatch } from './cli/match.ts';
import { registerPlatforms } from './cli/platforms.ts';
import { registerQueue } from './cli/queue.ts';
import { registerReport } from './cli/report.ts';
import { readConfig } from './config.ts';
import { AppError } from './core/errors.ts';

/** The command line: one file per command in cli/. */
async function main(): Promise<void> {
  const program = new Command('tthc').description(
    'Trợ lý thủ tục hành chính: lệnh cho người vận hành và người soạn',
  );
  const { contentDir, unitsDir, intentsDir, dataDir, frozenNow } = readConfig();
  registerChat(program);
  registerMatch(program, { contentDir, intentsDir, cacheDir: join(dataDir, 'cache') });
  registerEvaluate(program, { intentsDir });
  registerContent(program, { contentDir, unitsDir, intentsDir, frozenNow });
  registerCatalogue(program);
  registerReport(program);
  registerEvidence(program);
  registerQueue(program);
  registerPlatforms(program);
  registerDoctor(program);
  await program.parseAsync();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof AppError ? error.message : error);
  process.exitCode = 1;
}
