import type { Figures } from '../figures.ts';
import { shareOf } from '../format-number.ts';
import type { Cell, Table } from './model.ts';
import { label, type Wording } from './wording.ts';

/** A row that fewer people than this stand behind is shown only together with others. */
export const leastCitizens = 5;

export interface TopicRow {
  name: string;
  interactions: number;
  citizens: number;
}

/** Topics by how often they were answered; those with few people are one row at the end, which has no number of people. */
export function listTopics(
  figures: Figures,
  names: Readonly<Record<string, string>>,
): { shown: TopicRow[]; merged: number } {
  const all = figures.byKey('topic-interactions').map(({ key, value }) => ({
    name: names[key] ?? key,
    interactions: value,
    citizens: figures.ofKey('topic-citizens', key),
  }));
  return {
    shown: all.filter(({ citizens }) => citizens >= leastCitizens),
    merged: all
      .filter(({ citizens }) => citizens < leastCitizens)
      .reduce((sum, { interactions }) => sum + interactions, 0),
  };
}

export function topicTable(
  id: 'top_topics' | 'topics',
  figures: Figures,
  names: Readonly<Record<string, string>>,
  words: Wording,
  limit = Infinity,
): Table {
  const { shown, merged } = listTopics(figures, names);
  const answered = figures.sum('topic-interactions');
  const rows: Cell[][] = shown
    .slice(0, limit)
    .map(({ name, interactions, citizens }, index) => [
      index + 1,
      name,
      interactions,
      citizens,
      shareOf(interactions, answered) ?? null,
    ]);
  if (merged > 0 && limit === Infinity) {
    const text = words.say('merged_topics', { least: leastCitizens });
    rows.push([null, text, merged, null, shareOf(merged, answered) ?? null]);
  }
  return {
    id,
    title: words.say(`caption.${id}`),
    columns: [
      { title: words.say('column.order'), kind: 'order', width: 8 },
      { title: words.say('column.topic'), kind: 'text', width: 50 },
      { title: words.say('column.interactions'), kind: 'count', width: 14 },
      { title: words.say('column.citizens'), kind: 'count', width: 14 },
      { title: words.say('column.share'), kind: 'share', width: 14 },
    ],
    rows,
  };
}

/** The plans' themes, those that nobody asked about as well. */
export function themeTable(
  id: 'themes' | 'asked_themes',
  figures: Figures,
  themes: readonly string[],
  words: Wording,
): Table {
  return {
    id,
    title: words.say('caption.themes'),
    columns: [
      { title: words.say('column.order'), kind: 'order', width: 8 },
      { title: words.say('column.theme'), kind: 'text', width: 47 },
      { title: words.say('column.sessions'), kind: 'count', width: 15 },
      { title: words.say('column.interactions'), kind: 'count', width: 15 },
      { title: words.say('column.citizens'), kind: 'count', width: 15 },
    ],
    rows: themes.map((theme, index) => [
      index + 1,
      label('theme', theme, words),
      figures.ofKey('theme-sessions', theme),
      figures.ofKey('theme-interactions', theme),
      figures.ofKey('theme-citizens', theme),
    ]),
  };
}

/** A metric that is told apart by a word: one row each, highest first. */
export function wordTable(
  id: string,
  rows: readonly { name: string; value: number }[],
  titles: { name: string; value: string; share: string },
): Omit<Table, 'title'> {
  const whole = rows.reduce((sum, { value }) => sum + value, 0);
  return {
    id,
    columns: [
      { title: titles.name, kind: 'text', width: 60 },
      { title: titles.value, kind: 'count', width: 20 },
      { title: titles.share, kind: 'share', width: 20 },
    ],
    rows: rows.map(({ name, value }) => [name, value, shareOf(value, whole) ?? null]),
  };
}
