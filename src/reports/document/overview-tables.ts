import { readFigures, type Figures } from '../figures.ts';
import { changeFrom, shareOf } from '../format-number.ts';
import { addUnits, type Snapshot } from '../snapshot.ts';
import type { Table } from './model.ts';
import { label, type Wording } from './wording.ts';

/** Figures of the period and what stands beside them, of all units together. */
export interface Compared {
  current: Figures;
  previous: Figures;
  lastYear: Figures;
}

export function compareFigures({ units }: Snapshot): Compared {
  return {
    current: readFigures(addUnits(units, 'current')),
    previous: readFigures(addUnits(units, 'previous')),
    lastYear: readFigures(addUnits(units, 'lastYear')),
  };
}

/** Questions that asked for an answer: the whole of which answered is a share. */
export function askedFor(figures: Figures): number {
  return ['answered', 'asked-back', 'not-understood', 'handed-over'].reduce(
    (sum, metric) => sum + figures.count(metric),
    0,
  );
}

const overviewMetrics = [
  'citizens',
  'guidance-sessions',
  'interactions',
  'answered',
  'asked-back',
  'not-understood',
  'handed-over',
  'sensitive',
  'confirmed-helpful',
  'not-helpful',
];

/** The main figures beside the period before and the same period of last year. */
export function overviewTable({ current, previous, lastYear }: Compared, words: Wording): Table {
  const rows = overviewMetrics.map((metric) => [
    words.say(`metric.${metric}.name`),
    current.count(metric),
    previous.count(metric),
    changeFrom(previous.count(metric), current.count(metric)) ?? null,
    lastYear.count(metric),
    changeFrom(lastYear.count(metric), current.count(metric)) ?? null,
  ]);
  const keyed = ['links-given', 'links-opened'].map((metric) => [
    words.say(`metric.${metric}.name`),
    current.sum(metric),
    previous.sum(metric),
    changeFrom(previous.sum(metric), current.sum(metric)) ?? null,
    lastYear.sum(metric),
    changeFrom(lastYear.sum(metric), current.sum(metric)) ?? null,
  ]);
  return {
    id: 'overview',
    title: words.say('caption.overview'),
    columns: [
      { title: words.say('column.item'), kind: 'text', width: 35 },
      { title: words.say('column.current'), kind: 'count', width: 13 },
      { title: words.say('column.previous'), kind: 'count', width: 13 },
      { title: words.say('column.change'), kind: 'change', width: 13 },
      { title: words.say('column.last_year'), kind: 'count', width: 13 },
      { title: words.say('column.last_year_change'), kind: 'change', width: 13 },
    ],
    rows: [...rows, ...keyed],
  };
}

/** The main figures by channel, and together. */
export function channelTable({ current }: Compared, words: Wording): Table {
  const metrics = [
    'citizens',
    'guidance-sessions',
    'interactions',
    'answered',
    'not-understood',
    'handed-over',
  ];
  return {
    id: 'channels',
    title: words.say('caption.channels'),
    columns: [
      { title: words.say('column.channel'), kind: 'text', width: 22 },
      ...metrics.map((metric) => ({
        title: words.say(`metric.${metric}.name`),
        kind: 'count' as const,
        width: 13,
      })),
    ],
    rows: [
      ...current.channels.map((channel) => [
        label('channel', channel, words),
        ...metrics.map((metric) => current.count(metric, channel)),
      ]),
      [words.say('column.total'), ...metrics.map((metric) => current.count(metric))],
    ],
  };
}

/** One row per unit, and all together. */
export function unitTable({ units }: Snapshot, words: Wording): Table {
  const metrics = [
    'citizens',
    'guidance-sessions',
    'interactions',
    'answered',
    'not-understood',
    'handed-over',
  ];
  const lines = units.map((unit) => ({ name: unit.unit.name, figures: readFigures(unit.current), unit }));
  const share = (figures: Figures) => shareOf(figures.count('answered'), askedFor(figures)) ?? null;
  const whole = readFigures(addUnits(units, 'current'));
  return {
    id: 'units',
    title: words.say('caption.units'),
    columns: [
      { title: words.say('column.order'), kind: 'order', width: 5 },
      { title: words.say('column.unit'), kind: 'text', width: 27 },
      ...metrics.map((metric) => ({
        title: words.say(`metric.${metric}.name`),
        kind: 'count' as const,
        width: 8,
      })),
      { title: words.say('column.share'), kind: 'share', width: 8 },
      { title: words.say('metric.confirmed-helpful.name'), kind: 'count', width: 6 },
      { title: words.say('caption.outreach'), kind: 'count', width: 6 },
    ],
    rows: [
      ...lines.map(({ name, figures, unit }, index) => [
        index + 1,
        name,
        ...metrics.map((metric) => figures.count(metric)),
        share(figures),
        figures.count('confirmed-helpful'),
        unit.outreach.length,
      ]),
      [
        null,
        words.say('column.total'),
        ...metrics.map((metric) => whole.count(metric)),
        share(whole),
        whole.count('confirmed-helpful'),
        units.reduce((sum, unit) => sum + unit.outreach.length, 0),
      ],
    ],
  };
}
