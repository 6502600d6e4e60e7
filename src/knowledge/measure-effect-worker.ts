import { parentPort, workerData } from 'node:worker_threads';
import type { EffectLine, TrainingEffect, TrainingExample } from '../core/training.ts';
import type { Understanding, Understood } from '../core/understood.ts';
import { loadUnderstanding } from '../understanding/load-understanding.ts';
import { toLearnt } from './learnt-examples.ts';
import { readGoldenQuestions } from './golden-questions.ts';
import type { MeasureOptions } from './measure-effect.ts';

/** Lines of each kind that a page shows. */
const linesAtMost = 200;

/** A question with how to tell whether it was understood. */
interface Question {
  question: EffectLine['question'];
  text: string;
  contextTopic: string | null;
  expected: string;
  isRight(found: Understood): boolean;
}

/** Thread entry: see measureEffect. */
function measure(options: MeasureOptions): TrainingEffect {
  const started = performance.now();
  const before = loadUnderstanding({ ...options.understanding, examples: toLearnt(options.current) });
  const after = loadUnderstanding({ ...options.understanding, examples: toLearnt(options.draft) });
  const golden = readGoldenQuestions(options.goldenDir).map((one): Question => ({
    ...one,
    question: { golden: one.text },
  }));
  // Of an example that the draft drops nothing is expected any more.
  const examples = options.draft.map(toQuestion);
  const effect: TrainingEffect = {
    golden: golden.length,
    examples: examples.length,
    rightBefore: 0,
    rightAfter: 0,
    better: [],
    broken: [],
    betterCount: 0,
    brokenCount: 0,
    topics: [],
    ms: 0,
  };
  const topics = new Map<string, { questions: number; before: number; after: number }>();
  for (const one of [...golden, ...examples]) {
    const was = ask(before, one);
    const is = ask(after, one);
    const topic = topics.get(one.expected) ?? { questions: 0, before: 0, after: 0 };
    topics.set(one.expected, topic);
    topic.questions += 1;
    topic.before += Number(was.right);
    topic.after += Number(is.right);
    effect.rightBefore += Number(was.right);
    effect.rightAfter += Number(is.right);
    if (was.right === is.right) continue;
    const line = { question: one.question, expected: one.expected, before: was.shown, after: is.shown };
    const list = is.right ? effect.better : effect.broken;
    if (is.right) effect.betterCount += 1;
    else effect.brokenCount += 1;
    if (list.length < linesAtMost) list.push(line);
  }
  effect.topics = [...topics]
    .map(([expected, counts]) => ({ expected, ...counts }))
    .filter((topic) => topic.before !== topic.after)
    .sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before));
  effect.ms = Math.round(performance.now() - started);
  return effect;
}

function ask(understanding: Understanding, one: Question): { right: boolean; shown: string } {
  const found = understanding.understand(one.text, { topic: one.contextTopic, aspect: null });
  const about = found.topic ?? (found.sensitive === null ? '' : `sensitive:${found.sensitive}`);
  return { right: one.isRight(found), shown: `${found.decision} ${about}`.trim() };
}

/** An example is understood when it is answered as it says, outright. */
function toQuestion({ id, text, topic }: TrainingExample): Question {
  const isRight = (found: Understood): boolean => {
    if (topic === null) return found.decision === 'fallback' || found.decision === 'smalltalk';
    if (topic.startsWith('sensitive:')) return `sensitive:${found.sensitive ?? found.topic ?? ''}` === topic;
    return found.topic === topic;
  };
  return { question: { example: id }, text, contextTopic: null, expected: topic ?? 'out-of-scope', isRight };
}

parentPort?.postMessage(measure(workerData as MeasureOptions));
