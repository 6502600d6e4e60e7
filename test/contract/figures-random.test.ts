import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Aspect } from '../../src/core/aspect.ts';
import type { Interaction } from '../../src/core/interaction.ts';
import { readFigureRows, type TopicSorting } from '../../src/reports/figure-reader.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createUncountedCitizens } from '../../src/storage/sql/uncounted-citizens.ts';
import { seededRandom, type Random } from '../bench/noise.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(120_000);

const logs = 8;
const perLog = 250;
const hourMs = 3_600_000;
const period = { from: new Date('2026-09-14T17:00:00Z'), to: new Date('2026-09-17T17:00:00Z') };
const everything = { interaction: 1e9, delivery: 1e9, feedback: 1e9, 'survey-answer': 1e9, 'link-open': 1e9 };

const topics = ['birth-registration', 'pay-online', 'passport'];
const aspects: Aspect[] = ['fee', 'online', 'documents'];
const fieldOf = (topic: string) => (topic === 'passport' ? undefined : `field of ${topic}`);
const sorting: TopicSorting = {
  fieldOf,
  themesOf: (topic) => [
    ...(topic === 'pay-online' ? [{ theme: 'payment', aspect: null }] : []),
    { theme: 'filing', aspect: 'online' },
  ],
};
const staffAccount = 'web-0';
const citizenKinds = ['text', 'choice', 'attachment', 'location', 'start'];
/** As the report names what became of a message. */
const nameOf: Record<string, string> = {
  answer: 'answered',
  clarify: 'asked-back',
  fallback: 'not-understood',
  handover: 'handed-over',
  silent: 'with-officer',
};

/** Days and half hours as a clock in Vietnam shows them. */
function vietnam(receivedAt: string): { day: string; halfHour: string } {
  const clock = new Date(Date.parse(receivedAt) + 7 * hourMs).toISOString();
  const half = Number(clock.slice(11, 13)) * 2 + (Number(clock.slice(14, 16)) >= 30 ? 1 : 0);
  return { day: clock.slice(0, 10), halfHour: `${clock.slice(0, 10)} ${half}` };
}

/** Few people on few days, so that sessions meet their gap, and edges of days and of the period are hit. */
function makeLog(unitId: string, random: Random): Interaction[] {
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const wide = `https://wide.example/${randomBytes(3_000).toString('hex')}`;
  // Whole quarters of an hour: half an hour apart, to the second, is common.
  const spanQuarters = (period.to.getTime() - period.from.getTime() + 2 * hourMs) / (hourMs / 4);
  return Array.from({ length: perLog }, () => {
    const atMs = period.from.getTime() - hourMs + Math.floor(random() * spanQuarters) * (hourMs / 4);
    const receivedAt = new Date(atMs - (random() < 0.2 ? 1_000 : 0)).toISOString();
    const decision = pick([
      ...(['answer', 'answer', 'answer', 'clarify', 'fallback', 'handover'] as const),
      ...(['smalltalk', 'sensitive', 'unsupported', 'silent'] as const),
    ]);
    const topic = decision === 'answer' && random() < 0.9 ? pick(topics) : null;
    const channel = pick(['web', 'other']);
    return anInteraction({
      ...{ unitId, receivedAt, handledAt: receivedAt, decision, topic },
      channel,
      // A pseudonym is of one channel.
      citizen: `${channel}-${Math.floor(random() * 12)}`,
      kind: pick([...citizenKinds, ...citizenKinds, 'staff-reply', 'owner-change']),
      aspect: topic === null || random() < 0.2 ? null : pick(aspects),
      candidates: random() < 0.3 ? [] : [{ topic: random() < 0.1 ? wide : pick(topics), score: 0.2 }],
      links: Array.from({ length: Math.floor(random() * 3) }, () =>
        random() < 0.15 ? wide : pick(['https://a.example', 'https://b.example']),
      ),
      outreach: random() < 0.2 ? pick(['poster', 'meeting']) : null,
      test: random() < 0.1,
    });
  });
}

/** Every figure of the log counted one by one, as the definitions say it; nothing of SQL, nothing of an index. */
function countByHand(log: readonly Interaction[]): Record<string, number> {
  const counts = new Map<string, number>();
  const people = new Map<string, Set<string>>();
  const add = (metric: string, channel: string | null, key: string | null, by = 1) => {
    const name = [metric, channel ?? '*', key ?? ''].join(' | ');
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  const meet = (metric: string, channel: string | null, key: string | null, one: Interaction) => {
    const name = [metric, channel ?? '*', key ?? ''].join(' | ');
    people.set(name, (people.get(name) ?? new Set()).add(`${one.channel}/${one.citizen}`));
  };
  const counted = log.filter(
    ({ receivedAt, test, kind, citizen }) =>
      Date.parse(receivedAt) >= period.from.getTime() &&
      Date.parse(receivedAt) < period.to.getTime() &&
      !test &&
      citizenKinds.includes(kind) &&
      citizen !== staffAccount,
  );
  for (const one of counted) {
    const { day, halfHour } = vietnam(one.receivedAt);
    for (const channel of [one.channel, null]) {
      add('interactions', channel, null);
      add(nameOf[one.decision] ?? one.decision, channel, null);
      meet('citizens', channel, null, one);
    }
    add('day-interactions', null, day);
    add('day-answered', null, day, one.decision === 'answer' ? 1 : 0);
    add('half-hour-interactions', null, halfHour);
    if (one.decision === 'fallback') add('unanswered-near-topic', null, one.candidates[0]?.topic ?? '');
    if (['answer', 'clarify', 'handover', 'sensitive'].includes(one.decision)) {
      for (const link of one.links) add('links-given', null, link);
    }
    if (one.outreach !== null) {
      add('outreach-interactions', null, one.outreach);
      meet('outreach-citizens', null, one.outreach, one);
    }
    if (one.decision !== 'answer') continue;
    if (one.aspect !== null) add('aspect-interactions', null, one.aspect);
    if (one.topic === null) continue;
    add('topic-interactions', null, one.topic);
    meet('topic-citizens', null, one.topic, one);
    const field = fieldOf(one.topic);
    if (field === undefined) continue;
    add('field-interactions', null, field);
    meet('field-citizens', null, field, one);
  }
  for (const session of sessionsOf(counted)) {
    const themed = new Map<string, number>();
    for (const { decision, topic, aspect } of session) {
      if (decision !== 'answer' || topic === null) continue;
      for (const { theme, aspect: only } of sorting.themesOf(topic)) {
        if (only === null || only === aspect) themed.set(theme, (themed.get(theme) ?? 0) + 1);
      }
    }
    const [first] = session;
    if (first === undefined) continue;
    for (const [theme, interactions] of themed) {
      add('theme-sessions', null, theme);
      add('theme-interactions', null, theme, interactions);
      meet('theme-citizens', null, theme, first);
    }
    if (!session.some(({ decision }) => decision === 'answer')) continue;
    add('guidance-sessions', first.channel, null);
    add('guidance-sessions', null, null);
    add('day-sessions', null, vietnam(first.receivedAt).day);
  }
  for (const [name, met] of people) counts.set(name, met.size);
  return Object.fromEntries([...counts].sort());
}

/** A citizen's exchanges, cut where half an hour or more passed. */
function sessionsOf(counted: readonly Interaction[]): Interaction[][] {
  const sessions: Interaction[][] = [];
  const inOrder = counted.toSorted((one, other) => Date.parse(one.receivedAt) - Date.parse(other.receivedAt));
  for (const [, exchanges] of Map.groupBy(inOrder, ({ channel, citizen }) => `${channel}/${citizen}`)) {
    let lastMs = -Infinity;
    for (const one of exchanges) {
      const atMs = Date.parse(one.receivedAt);
      if (atMs - lastMs >= hourMs / 2) sessions.push([]);
      sessions.at(-1)?.push(one);
      lastMs = atMs;
    }
  }
  return sessions;
}

describe.each(databaseKinds)('figures of random logs on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  it.each(Array.from({ length: logs }, (_, seed) => seed + 1))(
    'are what counting one by one gives, seed %i',
    async (seed) => {
      const unitId = `unit-${seed}`;
      const log = makeLog(unitId, seededRandom(seed));
      await createInteractionStore(database).append(log);
      await createUncountedCitizens(database).mark({
        ...{ unitId, citizen: staffAccount, reason: 'cán bộ thử', markedBy: 'lan' },
        markedAt: '2026-10-22T03:00:00Z',
      });
      // An index alone answers only what a vacuum has marked; half of the logs are read without.
      if (seed % 2 === 0) await database.script('vacuum (analyze) interaction');
      const scope = { unitId, ...period, through: everything, asOf: period.to };
      const rows = await readFigureRows(database, scope, sorting, 'all');
      const found = Object.fromEntries(
        rows
          .map(
            ({ metric, channel, key, value }) =>
              [[metric, channel ?? '*', key ?? ''].join(' | '), value] as const,
          )
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      );
      const expected = countByHand(log);
      const withoutZeros = (figures: Record<string, number>) =>
        Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== 0));
      expect(withoutZeros(found)).toEqual(withoutZeros(expected));
      expect(expected['interactions | * | ']).toBeGreaterThan(perLog / 3);
    },
  );
});
