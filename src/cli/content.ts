import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { messengerTextLimitChars } from '../channels/messenger/format.ts';
import { zaloTextLimitChars } from '../channels/zalo/format.ts';
import { createCheckTools } from '../check-tools.ts';
import { checkContent } from '../content/check/check-content.ts';
import { readCheckInput } from '../content/check/check-input.ts';
import { causesFirst, type Finding } from '../content/finding.ts';
import type { TopicKind } from '../content/library.ts';
import { loadLibrary } from '../content/load-library.ts';
import { day } from '../content/topic-schema.ts';
import { vietnamDay } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Language } from '../core/session.ts';
import { readCatalogueNames } from '../understanding/catalogue-names.ts';
import { scaffoldTopic } from './content-new.ts';
import { previewChannels, previewTopic } from './content-preview.ts';
import { formatContentReport, reportContent } from './content-report.ts';
import { writeSchemas } from './content-schema.ts';

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
  const today = vietnamDay(paths.frozenNow ?? new Date());
  content
    .command('check')
    .description('list every fault in content/ and intents/; exit 1 on an error, 0 with warnings')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'list errors only')
    .option('--catalogue <file>', 'compare codes with this national catalogue dump (.jsonl or .jsonl.gz)')
    .action((options: CheckOptions) => check(paths, today, options));
  content
    .command('new <id>')
    .description('write the files of a new topic: content, intents, golden questions')
    .addOption(new Option('--kind <kind>').choices(['procedure', 'guide']).makeOptionMandatory())
    .action(async (id: string, { kind }: { kind: TopicKind }) => {
      const files = await scaffoldTopic(join(paths.contentDir, '..'), { id, kind, day: today });
      console.log(files.join('\n'));
    });
  content
    .command('preview <topic>')
    .description('show a topic as the channels would, as one HTML page')
    .option('--channel <channel...>', `of ${previewChannels.join(', ')}; all when left out`)
    .option('--day <day>', 'Vietnamese calendar day, YYYY-MM-DD', today)
    .option('--unit <id>', 'unit whose facts are shown; the first when left out')
    .addOption(new Option('--language <language>').choices(['vi', 'en']).default('vi'))
    .option('--out <file>', 'where to write; - for standard output', '-')
    .action((topic: string, options: PreviewFlags) => preview(paths, topic, options));
  content
    .command('report')
    .description('topics by confidence, and every fact that is left unsaid because nobody confirmed it')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const report = reportContent(await loadLibrary(paths.contentDir, paths.unitsDir), today);
      process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : formatContentReport(report));
    });
  content
    .command('schema')
    .description('write JSON Schemas with which editor programs check files while one types')
    .option('--out <folder>', 'where to write', 'data/schemas')
    .action(async ({ out }: { out: string }) => {
      console.log((await writeSchemas(out)).map((file) => join(out, file)).join('\n'));
    });
}

interface CheckOptions {
  json?: boolean;
  quiet?: boolean;
  catalogue?: string;
}

async function check(paths: ContentPaths, today: string, options: CheckOptions): Promise<void> {
  const input = await readCheckInput(
    { ...paths, goldenDir: join(paths.contentDir, '../test/golden') },
    createCheckTools(bubbleLimitChars),
    {
      day: today,
      ...(options.catalogue === undefined ? {} : { catalogue: readCatalogue(options.catalogue) }),
    },
  );
  const findings = checkContent(input);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const counts = { errors: errors.length, warnings: findings.length - errors.length };
  if (options.json === true) {
    const shown = options.quiet === true ? errors : findings;
    process.stdout.write(`${JSON.stringify({ findings: shown, ...counts })}\n`);
  } else {
    // What has to be mended comes before what may be, and a file that could not be read before what follows from it.
    const others = options.quiet === true ? [] : findings.filter(({ severity }) => severity !== 'error');
    process.stdout.write(formatFindings([...causesFirst(errors), ...others], counts));
  }
  process.exitCode = counts.errors > 0 ? 1 : 0;
}

interface PreviewFlags {
  channel?: string[];
  day: string;
  unit?: string;
  language: Language;
  out: string;
}

async function preview(paths: ContentPaths, topic: string, flags: PreviewFlags): Promise<void> {
  if (!day.safeParse(flags.day).success) {
    throw new AppError('invalid-input', `Ngày "${flags.day}" chưa đúng; viết dạng YYYY-MM-DD.`);
  }
  const unknown = flags.channel?.find((name) => !(previewChannels as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new AppError(
      'invalid-input',
      `Không có kênh "${unknown}"; chọn trong ${previewChannels.join(', ')}.`,
    );
  }
  const page = await previewTopic(paths, {
    topic,
    unit: flags.unit,
    day: flags.day,
    language: flags.language,
    channels: previewChannels.filter((name) => flags.channel?.includes(name) ?? true),
  });
  if (flags.out === '-') process.stdout.write(page);
  else await writeFile(flags.out, page);
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
