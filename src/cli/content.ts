import { join } from 'node:path';
import type { Command } from 'commander';
import { messengerTextLimitChars } from '../channels/messenger/format.ts';
import { zaloTextLimitChars } from '../channels/zalo/format.ts';
import { createCheckTools } from '../check-tools.ts';
import { checkContent } from '../content/check/check-content.ts';
import { readCheckInput } from '../content/check/check-input.ts';
import type { Finding } from '../content/finding.ts';
import { vietnamDay } from '../core/clock.ts';
import { readCatalogueNames } from '../understanding/catalogue-names.ts';

/** The longest text that every channel shows in one bubble. */
const bubbleLimitChars = Math.min(zaloTextLimitChars, messengerTextLimitChars);

/** Folders that content commands work on. */
export interface ContentPaths {
  contentDir: string;
  unitsDir: string;
  intentsDir: string;
  /** A frozen clock for tests. */
  frozenNow: Date | undefined;
}

/** Adds `content`: what editors need. No database. */
export function registerContent(program: Command, paths: ContentPaths): void {
  const content = program.command('content').description('check, preview and scaffold content for editors');
  content
    .command('check')
    .description('list every fault in content/ and intents/; exit 1 on an error, 0 with warnings')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'list errors only')
    .option('--catalogue <file>', 'compare codes with this national catalogue dump (.jsonl or .jsonl.gz)')
    .action(async (options: { json?: boolean; quiet?: boolean; catalogue?: string }) => {
      const day = vietnamDay(paths.frozenNow ?? new Date());
      const input = await readCheckInput(
        { ...paths, goldenDir: join(paths.contentDir, '../test/golden') },
        createCheckTools(bubbleLimitChars),
        { day, ...(options.catalogue === undefined ? {} : { catalogue: readCatalogue(options.catalogue) }) },
      );
      const findings = checkContent(input);
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      const warnings = findings.length - errors;
      const shown =
        options.quiet === true ? findings.filter(({ severity }) => severity === 'error') : findings;
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ findings: shown, errors, warnings })}\n`);
      else process.stdout.write(formatFindings(shown, { errors, warnings }));
      process.exitCode = errors > 0 ? 1 : 0;
    });
}

function readCatalogue(path: string): ReadonlyMap<string, string> {
  return new Map(readCatalogueNames(path).map(({ code, name }) => [code, name]));
}

/** Findings under their file, most useful for an editor who opens one file at a time. */
function formatFindings(findings: readonly Finding[], counts: { errors: number; warnings: number }): string {
  const lines: string[] = [];
  let file: string | undefined;
  for (const finding of findings) {
    if (finding.file !== file) lines.push('', finding.file);
    file = finding.file;
    const label = finding.severity === 'error' ? 'LỖI' : 'nhắc';
    lines.push(`  ${finding.line}: ${label} [${finding.code}] ${finding.message}`, `      → ${finding.fix}`);
  }
  lines.push('', `${counts.errors} lỗi, ${counts.warnings} lời nhắc.`, '');
  return lines.join('\n').trimStart();
}
