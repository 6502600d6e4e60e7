import { Command } from 'commander';
import { registerBackup } from './backup.ts';
import { registerCatalogue } from './catalogue.ts';
import { registerChat } from './chat.ts';
import { registerContent } from './content.ts';
import { registerDoctor } from './doctor.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerEvidence } from './evidence.ts';
import { registerMatch } from './match.ts';
import { registerPlatforms } from './platforms.ts';
import { registerQueue } from './queue.ts';
import { registerReport } from './report.ts';
import { registerStaff } from './staff.ts';
import { registerSetup } from './setup.ts';
import { cacheDirOf, readConfig } from '../config.ts';

/** Runs the command that the arguments name; there is one file per command. */
export async function runProgram(): Promise<void> {
  const program = new Command('tthc').description(
    'Trợ lý thủ tục hành chính: lệnh cho người vận hành và người soạn',
  );
  const config = readConfig();
  const { contentDir, unitsDir, intentsDir, frozenNow } = config;
  registerChat(program);
  registerMatch(program, { contentDir, intentsDir, cacheDir: cacheDirOf(config) });
  registerEvaluate(program, { intentsDir });
  registerContent(program, { contentDir, unitsDir, intentsDir, frozenNow });
  registerCatalogue(program);
  registerReport(program);
  registerEvidence(program);
  registerSetup(program);
  registerBackup(program);
  registerQueue(program);
  registerPlatforms(program);
  registerStaff(program);
  registerDoctor(program);
  await program.parseAsync();
}
