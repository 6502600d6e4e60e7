import { join } from 'node:path';
import { fold } from '../../src/text/fold.ts';
import { readCatalogueNames, type CatalogueName } from '../../src/understanding/catalogue-names.ts';
import { loadUnderstanding } from '../../src/understanding/load-understanding.ts';
import { readSources, parseSources } from '../../src/understanding/read-intents.ts';
import { seededRandom, type Random } from './noise.ts';

const root = join(import.meta.dirname, '../..');
const folders = { intentsDir: join(root, 'intents'), contentDir: join(root, 'content') };
const lengths = [3, 5, 8];
const rounds = 2;

/** Words of names that say little about which; left out where content words are asked. */
const emptyWords = new Set(
  'thu tuc va cua cho cac nhung voi doi ve la thi ma theo tai trong bang tu den khi duoc do co hoac nguoi viec o'.split(
    ' ',
  ),
);
const openings = ['em muon hoi', 'cho toi hoi', 'chao anh chi nha minh muon lam', 'xin duoc huong dan'];
const endings = ['can giay to gi a', 'nop o dau', 'mat bao lau vay', 'het bao nhieu tien'];

type Draw = (words: readonly string[], count: number, random: Random) => string[];

const neighbours: Draw = (words, count, random) => {
  const start = Math.floor(random() * Math.max(1, words.length - count + 1));
  return words.slice(start, start + count);
};
const anyOf: Draw = (words, count, random) => {
  const order = words.map((_, at) => ({ at, key: random() })).sort((one, other) => one.key - other.key);
  return order.slice(0, count).map(({ at }) => words[at] ?? '');
};
const content = (words: readonly string[]): string[] => words.filter((word) => !emptyWords.has(word));
const oneOf = (choices: readonly string[], random: Random): string =>
  choices[Math.floor(random() * choices.length)] ?? '';

/** How words are taken from a name. */
const draws: Record<string, Draw> = {
  'content words, in order': (words, count, random) => {
    const places = content(words).map((_, at) => String(at));
    const drawn = anyOf(places, count, random).map(Number);
    return drawn.sort((one, other) => one - other).map((at) => content(words)[at] ?? '');
  },
  'content words, shuffled': (words, count, random) => anyOf(content(words), count, random),
  'neighbouring content words': (words, count, random) => neighbours(content(words), count, random),
  'neighbouring words': neighbours,
  'neighbouring content words in a question': (words, count, random) => [
    oneOf(openings, random),
    ...neighbours(content(words), count, random),
    oneOf(endings, random),
  ],
};

/**
 * How often a commune-level procedure of the national catalogue (CATALOGUE is the path of a dump) is found by a few words
 * of its name without marks, through the whole of understanding: with the names of that level alone, and with all of them.
 */
export function benchCatalogue(): Promise<void> {
  const path = process.env['CATALOGUE'];
  if (path === undefined) {
    console.error(
      'Set CATALOGUE to the path of a national catalogue dump to measure how its names are found.',
    );
    return Promise.resolve();
  }
  const names = readCatalogueNames(path);
  const commune = names.filter((name) => name.commune);
  for (const known of [commune, names]) measure(known, commune);
  return Promise.resolve();
}

function measure(known: readonly CatalogueName[], asked: readonly CatalogueName[]): void {
  const understanding = loadUnderstanding({ ...folders, catalogue: known });
  const topicsOf = topicsByCode();
  console.log(`\n### ${known.length} names known, ${asked.length} asked for\n`);
  console.log(`| words taken | ${lengths.map((count) => `${count}: first / among three`).join(' | ')} |`);
  console.log(`| --- |${' --- |'.repeat(lengths.length)}`);
  for (const [kind, draw] of Object.entries(draws)) {
    const random = seededRandom(1);
    const cells = lengths.map((count) => {
      const hits = { first: 0, three: 0, of: 0 };
      for (let round = 0; round < rounds; round++) {
        for (const { code, name } of asked) {
          const words = fold(name.toLowerCase()).match(/[a-z0-9]+/g) ?? [];
          const { topic, candidates } = understanding.understand(draw(words, count, random).join(' '));
          const found = [...new Set([topic, ...candidates.map((candidate) => candidate.topic)])].filter(
            (one) => one !== null,
          );
          const right = topicsOf.get(code) ?? [`catalogue:${code}`];
          hits.of++;
          if (right.includes(found[0] ?? '')) hits.first++;
          if (found.slice(0, 3).some((one) => right.includes(one))) hits.three++;
        }
      }
      const percent = (part: number): string => ((100 * part) / hits.of).toFixed(1);
      return `${percent(hits.first)} / ${percent(hits.three)}`;
    });
    console.log(`| ${kind} | ${cells.join(' | ')} |`);
  }
}

/** The curated topics that stand for a code. */
function topicsByCode(): Map<string, string[]> {
  const { topics } = parseSources(readSources(folders.intentsDir, folders.contentDir));
  const byCode = new Map<string, string[]>();
  for (const { id, code } of topics) {
    if (code !== null) byCode.set(code, [...(byCode.get(code) ?? []), id]);
  }
  return byCode;
}
