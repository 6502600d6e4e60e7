import { stringify } from 'yaml';
import type { TrainingExample } from '../core/training.ts';

/**
 * Examples in the form of the files in intents/: one document for each file, headed by a comment that says which. An
 * editor takes them over into the files by hand, where they are read before they are kept.
 */
export function exportExamples(
  examples: readonly TrainingExample[],
  kindOf: (topic: string) => 'procedures' | 'guides' | undefined,
): string {
  const files = new Map<string, TrainingExample[]>();
  for (const example of examples) {
    const file = fileOf(example.topic, kindOf);
    files.set(file, [...(files.get(file) ?? []), example]);
  }
  return [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([file, own]) => `# intents/${file}.yaml\n${stringify(toDocument(own), { lineWidth: 0 })}`)
    .join('---\n');
}

function fileOf(topic: string | null, kindOf: (topic: string) => string | undefined): string {
  if (topic === null) return 'out-of-scope';
  return topic.startsWith('sensitive:') ? 'sensitive' : `${kindOf(topic) ?? 'procedures'}/${topic}`;
}

function toDocument(examples: readonly TrainingExample[]): object {
  const topic = examples[0]?.topic ?? null;
  if (topic === null) return { texts: examples.map(({ text }) => text) };
  if (topic.startsWith('sensitive:')) {
    const ids = [...new Set(examples.map((one) => one.topic))];
    return {
      categories: ids.map((id) => ({
        id: id?.slice('sensitive:'.length),
        examples: examples.filter((one) => one.topic === id).map(({ text }) => text),
      })),
    };
  }
  const inLanguage = (wanted: string) =>
    examples
      .filter(({ language }) => language === wanted)
      .map(({ text, aspect }) => (aspect === null ? text : { text, aspect }));
  const english = inLanguage('en');
  return { topic, examples: { vi: inLanguage('vi'), ...(english.length === 0 ? {} : { en: english }) } };
}
