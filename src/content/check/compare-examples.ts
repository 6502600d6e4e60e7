import type { Finding } from '../finding.ts';
import type { CheckInput } from './check-input.ts';
import { error, quote, warning } from './report.ts';

/** An example question of a topic, as words without diacritics. */
export interface PlacedExample {
  topic: string;
  text: string;
  words: string[];
  file: string;
  /** Computed when needed: finding a line costs more than comparing. */
  line(): number;
}

/** Two questions of different topics with this share of common words teach the classifier little but confusion. */
const nearDuplicateOverlap = 0.85;

/** Topics whose vocabulary is this similar (cosine of TF-IDF) should be declared as confusable. */
const alikeSimilarity = 0.62;

/** Examples claimed by two topics, near duplicates across topics, and topics that ask for much the same. */
export function compareExamples(examples: readonly PlacedExample[], input: CheckInput): Finding[] {
  const frequency = countDocuments(examples);
  return [
    ...findClaimedTwice(examples),
    ...findNearDuplicates(examples, frequency),
    ...findTopicsAlike(examples, frequency, input),
  ];
}

function findClaimedTwice(examples: readonly PlacedExample[]): Finding[] {
  const owners = new Map<string, PlacedExample>();
  return examples.flatMap((example) => {
    const key = example.words.join(' ');
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, example);
    if (owner === undefined || owner.topic === example.topic) return [];
    return [
      error(
        'example-claimed-twice',
        { file: example.file, line: example.line() },
        `Câu ${quote(example.text)} thuộc cả ${example.topic} và ${owner.topic} (${owner.file}:${owner.line()})`,
        'Giữ ở một chủ đề; nếu câu thật sự mơ hồ, đưa vào intents/confusable.yaml',
      ),
    ];
  });
}

/**
 * Pairs with an overlap of at least the limit are of about the same length and share one of the rarest words of each:
 * only those are compared (prefix filtering), which keeps tens of thousands of examples below a second.
 */
function findNearDuplicates(examples: readonly PlacedExample[], frequency: Frequency): Finding[] {
  const numbered = numberWords(examples, frequency);
  const byWord = new Map<number, number[]>();
  const comparedWith = new Int32Array(examples.length).fill(-1);
  return examples.flatMap((example, at) => {
    const words = numbered[at] ?? noWords;
    const findings: Finding[] = [];
    for (const word of words.subarray(0, words.length - Math.ceil(nearDuplicateOverlap * words.length) + 1)) {
      const seen = byWord.get(word) ?? [];
      for (const before of seen) {
        const other = examples[before] as PlacedExample;
        const otherWords = numbered[before] ?? noWords;
        if (comparedWith[before] === at || other.topic === example.topic) continue;
        comparedWith[before] = at;
        if (!isOverlapping(words, otherWords) || other.words.join(' ') === example.words.join(' ')) continue;
        findings.push(
          warning(
            'example-near-duplicate',
            { file: example.file, line: example.line() },
            `${quote(example.text)} gần như ${quote(other.text)} của ${other.topic} (${other.file}:${other.line()})`,
            'Đổi một trong hai câu cho rõ thuộc việc nào',
          ),
        );
      }
      seen.push(at);
      byWord.set(word, seen);
    }
    return findings;
  });
}

const noWords = new Int32Array(0);

/** The different words of each example as numbers, rarest first: the rarer a word, the smaller its number. */
function numberWords(examples: readonly PlacedExample[], frequency: Frequency): Int32Array[] {
  const rarestFirst = [...frequency].sort(([, one], [, other]) => one - other);
  const numberOf = new Map(rarestFirst.map(([word], number) => [word, number]));
  return examples.map(({ words }) =>
    Int32Array.from(new Set(words), (word) => numberOf.get(word) ?? 0).sort(),
  );
}

/** Whether two lists of numbers in order have at least the limit in common (Jaccard). */
function isOverlapping(one: Int32Array, other: Int32Array): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.length < nearDuplicateOverlap * longer.length) return false;
  let common = 0;
  for (let at = 0, there = 0; at < one.length && there < other.length;) {
    const difference = (one[at] as number) - (other[there] as number);
    if (difference === 0) common++;
    if (difference <= 0) at++;
    if (difference >= 0) there++;
  }
  return common >= nearDuplicateOverlap * (one.length + other.length - common);
}

function findTopicsAlike(
  examples: readonly PlacedExample[],
  frequency: Frequency,
  input: CheckInput,
): Finding[] {
  const { sets = [], apart = [] } = input.confusable.value ?? {};
  const groups = [...sets.map(({ options }) => options.map(({ topic }) => topic)), ...apart.map(({ topics }) => topics)];
  const declared = new Set(groups.flatMap((group) => group.flatMap((one) => group.map((other) => `${one} ${other}`))));
  const vectors = new Map<string, Map<string, number>>();
  for (const { topic, words } of examples) {
    const vector = vectors.get(topic) ?? new Map<string, number>();
    for (const word of new Set(words)) {
      const weight = Math.log(examples.length / (frequency.get(word) ?? 1));
      vector.set(word, (vector.get(word) ?? 0) + weight);
    }
    vectors.set(topic, vector);
  }
  const files = new Map(input.intents.map((file) => [file.stem, file]));
  const topics = [...vectors].filter(([topic]) => files.has(topic));
  return topics.flatMap(([topic, vector], index) =>
    topics.slice(index + 1).flatMap(([other, otherVector]) => {
      const similarity = measureCosine(vector, otherVector);
      const file = files.get(topic);
      if (similarity < alikeSimilarity || file === undefined || declared.has(`${topic} ${other}`)) return [];
      return [
        warning(
          'topics-alike',
          { file: file.file, line: 1 },
          `Câu hỏi của ${topic} và ${other} giống nhau (${similarity.toFixed(2)}) mà chưa khai báo là dễ lầm`,
          'Thêm câu nói rõ điểm khác nhau, khai báo cặp này trong intents/confusable.yaml (sets), hoặc ghi vào apart ở đó vì sao không ai lầm',
        ),
      ];
    }),
  );
}

/** In how many examples each word stands. */
type Frequency = ReadonlyMap<string, number>;

function countDocuments(examples: readonly PlacedExample[]): Frequency {
  const frequency = new Map<string, number>();
  for (const { words } of examples) {
    for (const word of new Set(words)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  return frequency;
}

function measureCosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [word, weight] of one) product += weight * (other.get(word) ?? 0);
  return product / (lengthOf(one) * lengthOf(other) || 1);
}

function lengthOf(vector: ReadonlyMap<string, number>): number {
  return Math.sqrt([...vector.values()].reduce((sum, weight) => sum + weight * weight, 0));
}
