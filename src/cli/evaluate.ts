import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../core/errors.ts';
import { evaluateClassifier } from '../understanding/evaluate-classifier.ts';
import { readLexicon } from '../understanding/read-intents.ts';
import type { LabelledText } from '../understanding/topic-classifier.ts';

/** Adds `evaluate`: trains the bot's classifier on labelled lines and measures it on others. No database. */
export function registerEvaluate(program: Command, paths: { intentsDir: string }): void {
  program
    .command('evaluate')
    .description('train the classifier on label<TAB>text lines and measure it')
    .requiredOption('--train <file>', 'labelled lines to train on')
    .requiredOption('--test <file>', 'labelled lines to measure on; may be given several times', collect, [])
    .option('--oos <file>', 'out-of-scope texts, one a line')
    .option('--json', 'print one JSON object')
    .action((options: { train: string; test: string[]; oos?: string }) => {
      const evaluation = evaluateClassifier(
        readLabelled(options.train),
        options.test.map((path) => ({ file: path, texts: readLabelled(path) })),
        options.oos === undefined ? null : readLines(options.oos),
        readLexicon(paths.intentsDir),
      );
      process.stdout.write(`${JSON.stringify(evaluation)}\n`);
    });
}

function collect(path: string, earlier: string[]): string[] {
  return [...earlier, path];
}

function readLabelled(path: string): LabelledText[] {
  return readLines(path).map((line, index) => {
    const tab = line.indexOf('\t');
    if (tab < 1) {
      throw new AppError(
        'invalid-input',
        `${basename(path)} line ${index + 1}: expected label, a tab and the text`,
      );
    }
    return { label: line.slice(0, tab), text: line.slice(tab + 1) };
  });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
  } catch (error) {
    throw new AppError('not-found', `${basename(path)} cannot be read: check the path`, { cause: error });
  }
}
