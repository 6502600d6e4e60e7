import { describe, expect, it } from '@jest/globals';
import type { CatalogueMatch } from '../../../src/understanding/catalogue-index.ts';
import {
  believeInName,
  holdsAll,
  isOfficial,
  isSlight,
  mergeNames,
} from '../../../src/understanding/name-or-topic.ts';

const name: CatalogueMatch = {
  code: 'a',
  coverage: 1,
  words: 6,
  length: 10,
  isStretch: false,
  share: 0.8,
  score: 30,
};
const strangeTerms = { margin: -0.8, lead: 0, nearest: 0.1, covered: 0.4, coveredStrange: 0.4, strange: 0 };
const topicTerms = { margin: 0.8, lead: 1, nearest: 0.8, covered: 1, coveredStrange: 0.5, strange: -1.5 };

describe('believeInName', () => {
  it('believes in a name that holds all words, unless the classifier knows them well', () => {
    expect(believeInName(name, strangeTerms)).toBeGreaterThan(0.95);
    expect(believeInName(name, topicTerms)).toBeLessThan(0.5);
  });

  it('believes less in a name that holds half the words, and in a long one', () => {
    const sure = believeInName(name, strangeTerms);
    expect(believeInName({ ...name, coverage: 0.5, score: 15 }, strangeTerms)).toBeLessThan(0.5);
    expect(believeInName({ ...name, length: 120 }, strangeTerms)).toBeLessThan(sure);
  });

  it('is never sure of a message of two words', () => {
    expect(believeInName({ ...name, words: 2 }, strangeTerms)).toBeLessThanOrEqual(0.7);
  });
});

describe('isOfficial', () => {
  it('takes a stretch of a name, and words that are little but a name', () => {
    expect(isOfficial({ ...name, isStretch: true, words: 3 }, topicTerms, 9)).toBe(true);
    expect(isOfficial(name, strangeTerms, 7)).toBe(true);
  });

  it('takes no sentence that holds words of a name, nor two words', () => {
    expect(isOfficial(name, strangeTerms, 14)).toBe(false);
    expect(isOfficial({ ...name, words: 2 }, strangeTerms, 2)).toBe(false);
    expect(isOfficial({ ...name, coverage: 0.5, score: 15 }, strangeTerms, 7)).toBe(false);
  });
});

it('holds all of a message only when it holds each telling word, and more than one', () => {
  expect(holdsAll({ ...name, words: 2 })).toBe(true);
  expect(holdsAll({ ...name, words: 1 })).toBe(false);
  expect(holdsAll({ ...name, coverage: 0.9 })).toBe(false);
});

it('takes four words of a name of fifty for a chance, and of a name of ten for meant', () => {
  expect(isSlight({ ...name, words: 4, length: 50 })).toBe(true);
  expect(isSlight({ ...name, words: 8, length: 50 })).toBe(false);
  expect(isSlight({ ...name, words: 4, length: 10 })).toBe(false);
});

describe('mergeNames', () => {
  const curated = [
    { topic: 'birth-registration', score: 0.9 },
    { topic: 'death-registration', score: 0.1 },
  ];
  const found = [name, { ...name, code: 'b', share: 0.2 }];
  const topicsOf = (code: string): string[] =>
    code === 'b' ? ['birth-registration'] : [`catalogue:${code}`];

  it('puts a name first in which more is believed than in the topics', () => {
    expect(mergeNames(curated, found, 0.9, topicsOf).map(({ topic }) => topic)).toEqual([
      'catalogue:a',
      'birth-registration',
      'death-registration',
    ]);
  });

  it('adds what speaks for the name of a topic to what speaks for the topic', () => {
    const [first, second] = mergeNames([{ topic: 'birth-registration', score: 0.4 }], found, 0.6, topicsOf);
    expect(first).toEqual({ topic: 'catalogue:a', score: expect.closeTo(0.6 * 0.8) });
    expect(second).toEqual({ topic: 'birth-registration', score: expect.closeTo(0.4 * 0.4 + 0.6 * 0.2) });
  });

  it('leaves the topic that comes before each name as sure as it was, and the names as near to it', () => {
    const [first, second] = mergeNames(curated, found, 0.4, topicsOf);
    expect(first).toEqual({ topic: 'birth-registration', score: expect.closeTo(0.9) });
    const nearness = (0.4 * 0.8) / (0.9 * 0.6 + 0.4 * 0.2);
    expect(second).toEqual({ topic: 'catalogue:a', score: expect.closeTo(0.9 * nearness) });
  });

  it('lets no less likely name drop a topic below what is asked about', () => {
    const [first] = mergeNames([{ topic: 'divorce', score: 0.5 }], [name], 0.45, topicsOf);
    expect(first).toEqual({ topic: 'divorce', score: expect.closeTo(0.5) });
  });
});
