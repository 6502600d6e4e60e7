import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { Understood } from '../core/understood.ts';
import { loadUnderstanding } from '../understanding/load-understanding.ts';

const request = z.object({
  text: z.string(),
  unit: z.string().optional(),
  context: z.object({ topic: z.string().nullable() }).optional(),
});

/** Folders and files that the command line works on. */
export interface MatchPaths {
  intentsDir: string;
  contentDir: string;
  cacheDir?: string;
}

/** Adds `match`: questions as JSON lines in, what they mean as JSON lines out, in the same order. No database. */
export function registerMatch(program: Command, paths: MatchPaths): void {
  program
    .command('match')
    .description('understand questions: one JSON a line in, one JSON a line out')
    .requiredOption('--jsonl', 'read {"text": "..."} a line from standard input')
    .option(
      '--catalogue <file>',
      'also search the names of this national catalogue dump (.jsonl or .jsonl.gz)',
    )
    .action(async (options: { catalogue?: string }) => {
      const understanding = loadUnderstanding({
        ...paths,
        ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }),
      });
      let number = 0;
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
        number++;
        if (line.trim() === '') continue;
        const { text, context } = readRequest(line, number);
        const understood = understanding.understand(text, { topic: context?.topic ?? null, aspect: null });
        process.stdout.write(`${JSON.stringify(formatMatch(text, understood))}\n`);
      }
    });
}

function readRequest(line: string, number: number): z.infer<typeof request> {
  try {
    return request.parse(JSON.parse(line));
  } catch (error) {
    throw new AppError('invalid-input', `Line ${number} must be JSON like {"text": "..."}`, { cause: error });
  }
}

function formatMatch(text: string, understood: Understood): object {
  const { decision, topic, aspect, confidence, candidates, explanation, ...rest } = understood;
  return { text, decision, topic, aspect, confidence, candidates, explanation, ...rest };
}
