import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Understood } from '../core/understood.ts';

const goldenQuestions = z.array(
  z.object({
    text: z.string(),
    topic: z.string().nullable().optional(),
    decision: z.union([z.string(), z.array(z.string())]).optional(),
    category: z.string().nullable().optional(),
    any_of: z.array(z.string()).optional(),
    context: z.object({ topic: z.string() }).optional(),
    requests: z.array(z.unknown()).optional(),
  }),
);
type Golden = z.infer<typeof goldenQuestions>[number];

/** A question of the golden set, with how to tell whether it was understood. */
export interface GoldenQuestion {
  text: string;
  contextTopic: string | null;
  /** What it should be, in one word; see EffectLine. */
  expected: string;
  isRight(found: Understood): boolean;
}

/** All golden questions that one message can be judged by; none where the folder is missing. */
export function readGoldenQuestions(goldenDir: string): GoldenQuestion[] {
  if (!existsSync(goldenDir)) return [];
  const names = readdirSync(goldenDir, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.yaml') && !name.startsWith('conversations'))
    .sort()
    .flatMap((name) => {
      const parsed = goldenQuestions.safeParse(parse(readFileSync(join(goldenDir, name), 'utf8')));
      // A file of another form (scripts of several turns) holds no single questions.
      return parsed.success ? parsed.data : [];
    })
    .filter((golden) => golden.requests === undefined)
    .map(toQuestion);
}

function toQuestion(golden: Golden): GoldenQuestion {
  return {
    text: golden.text,
    contextTopic: golden.context?.topic ?? null,
    expected: expectedOf(golden),
    isRight: (found) => isRight(golden, found),
  };
}

function expectedOf({ topic, category, decision, any_of: anyOf }: Golden): string {
  if (typeof topic === 'string') return topic;
  if (typeof category === 'string') return `sensitive:${category}`;
  if (category === null) return 'not-sensitive';
  if (anyOf !== undefined) return 'clarify';
  return [decision ?? []].flat().includes('fallback')
    ? 'out-of-scope'
    : ([decision ?? 'any'].flat()[0] ?? 'any');
}

function isRight({ topic, category, decision, any_of: anyOf }: Golden, found: Understood): boolean {
  if (typeof category === 'string') return found.decision === 'sensitive' && found.sensitive === category;
  if (category === null && found.decision === 'sensitive') return false;
  if (decision !== undefined && ![decision].flat().includes(found.decision)) return false;
  // What counts is what the citizen sees: the answer, or the topics among which they may choose.
  const seen =
    found.decision === 'clarify' ? found.candidates.slice(0, 3).map((one) => one.topic) : [found.topic];
  if (anyOf !== undefined) return anyOf.some((one) => seen.includes(one));
  return typeof topic !== 'string' || seen.includes(topic);
}
