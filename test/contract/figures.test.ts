import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Interaction } from '../../src/core/interaction.ts';
import { readFigureRows, type TopicSorting } from '../../src/reports/figure-reader.ts';
import { listedMetrics, readFigureSource } from '../../src/reports/figure-rows.ts';
import { readFigures, type Figures } from '../../src/reports/figures.ts';
import { metrics } from '../../src/reports/metrics/metrics.ts';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { createConversationRecords } from '../../src/storage/sql/conversation-records.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createLinkOpenStore } from '../../src/storage/sql/link-open-store.ts';
import { createUncountedCitizens } from '../../src/storage/sql/uncounted-citizens.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

/** The fourth quarter of 2026 as reported: 15 September to 14 December, Vietnam time (UTC+7). */
const quarter = { from: new Date('2026-09-14T17:00:00Z'), to: new Date('2026-12-14T17:00:00Z') };
const everything = { interaction: 1e9, delivery: 1e9, feedback: 1e9, 'survey-answer': 1e9, 'link-open': 1e9 };

const sorting: TopicSorting = {
  fieldOf: (topic) =>
    ({ 'birth-registration': 'Hộ tịch', 'marriage-registration': 'Hộ tịch', 'pay-online': 'Hướng dẫn' })[
      topic
    ],
  themesOf: (topic) =>
    topic === 'pay-online'
      ? [{ theme: 'online-payment', aspect: null }]
      : [{ theme: 'online-filing', aspect: 'online' }],
};

/** `vn` is a time in Vietnam. */
function at(vn: string, given: Partial<Interaction> = {}): Interaction {
  const receivedAt = new Date(`${vn}+07:00`).toISOString();
  return anInteraction({ receivedAt, handledAt: receivedAt, aspect: 'documents', links: [], ...given });
}

const portal = 'https://dichvucong.gov.vn';

/** Small enough to count by hand; the comment beside each says what it is there for. */
const log: Interaction[] = [
  // c1 on the web: 10:00:00, 10:29:59 (one session), 10:59:59 (30 minutes later: a second session), 11:10:00.
  at('2026-10-20T10:00:00', { id: 'a1', citizen: 'c1', links: [portal] }),
  at('2026-10-20T10:29:59', { id: 'a2', citizen: 'c1', topic: 'marriage-registration', aspect: 'online' }),
  at('2026-10-20T10:59:59', { id: 'a3', citizen: 'c1', decision: 'clarify', topic: null, aspect: null }),
  at('2026-10-20T11:10:00', {
    id: 'a4',
    citizen: 'c1',
    topic: 'pay-online',
    aspect: null,
    links: [portal, `${portal}/x`],
  }),
  // c2: never answered, so no guidance session; one miss near a topic, one without any.
  at('2026-10-21T10:00:00', {
    ...{ id: 'b1', citizen: 'c2', decision: 'fallback', topic: null, aspect: null },
    candidates: [{ topic: 'birth-registration', score: 0.2 }],
  }),
  at('2026-10-21T10:01:00', { id: 'b2', citizen: 'c2', decision: 'fallback', topic: null, candidates: [] }),
  at('2026-10-21T10:02:00', { id: 'b3', citizen: 'c2', decision: 'smalltalk', topic: null }),
  at('2026-10-21T10:03:00', { id: 'b4', citizen: 'c2', decision: 'handover', topic: 'talk-to-officer' }),
  // The same person on another channel is another pseudonym there, come through a poster.
  at('2026-10-21T10:00:00', { id: 'm1', citizen: 'm1', channel: 'other', outreach: 'ap-phich-1' }),
  at('2026-10-21T10:05:00', {
    id: 'm2',
    citizen: 'm1',
    channel: 'other',
    outreach: 'ap-phich-1',
    decision: 'unsupported',
    topic: null,
    kind: 'attachment',
  }),
  // The edges of the period, to the second.
  at('2026-09-14T23:59:59', { id: 'e1', citizen: 'c3' }),
  at('2026-09-15T00:00:00', { id: 'e2', citizen: 'c3' }),
  at('2026-12-14T23:59:59', { id: 'e3', citizen: 'c4' }),
  at('2026-12-15T00:00:00', { id: 'e4', citizen: 'c4' }),
  // Never counted: tests, staff's own accounts, other units, what no citizen did.
  at('2026-10-22T10:00:00', { id: 't1', citizen: 'c5', test: true }),
  at('2026-10-22T10:00:00', { id: 's1', citizen: 'staff' }),
  at('2026-10-22T10:00:00', { id: 'o1', citizen: 'c6', unitId: 'elsewhere' }),
  at('2026-10-22T10:01:00', {
    id: 'k1',
    citizen: 'c1',
    kind: 'staff-reply',
    decision: 'silent',
    topic: null,
  }),
  at('2026-10-22T10:02:00', {
    id: 'k2',
    citizen: 'c1',
    kind: 'owner-change',
    decision: 'silent',
    topic: null,
  }),
];

describe.each(databaseKinds)('figures on $name', ({ create }) => {
  let database: Database;
  let figures: Figures;

  async function read(interval = quarter, through: Record<string, number> = everything): Promise<Figures> {
    const scope = { unitId: 'hang-gon', ...interval, through, asOf: new Date('2026-12-20T00:00:00Z') };
    return readFigures(await readFigureRows(database, scope, sorting, 'all'));
  }

  beforeAll(async () => {
    database = await create();
    await createInteractionStore(database).append(log);
    await createUncountedCitizens(database).mark({
      ...{ unitId: 'hang-gon', citizen: 'staff', reason: 'cán bộ thử', markedBy: 'lan' },
      markedAt: '2026-10-22T03:00:00Z',
    });
    const records = createConversationRecords(database);
    const say = (interactionId: string, citizen: string, helpful: boolean, reason: string | null = null) =>
      records.appendFeedback({
        ...{ interactionId, unitId: 'hang-gon', citizen, helpful, reason },
        at: '2026-10-21T03:00:00Z',
      });
    // a1: no, then yes: the last word counts. a2: no, with a reason. The test's own judgement never counts.
    await say('a1', 'c1', false);
    await say('a1', 'c1', true);
    await say('a2', 'c1', false, 'not-clear');
    await say('t1', 'c5', true);
    await records.appendSurveyAnswer({
      ...{ interactionId: 'a4', unitId: 'hang-gon', channel: 'web', citizen: 'c1', survey: 'survey' },
      ...{ question: 'solved', answer: 'yes', at: '2026-10-21T03:00:00Z' },
    });
    const handovers = createHandoverStore(database);
    const open = async (id: string, vn: string, answeredAfterMinutes: number | null, reason = 'asked') => {
      const openedAt = new Date(`${vn}+07:00`);
      const moment = {
        ...{
          id,
          unitId: 'hang-gon',
          channel: 'web',
          citizen: id,
          reason,
          test: false,
          address: Buffer.alloc(0),
        },
        ...{
          at: openedAt.toISOString(),
          windowUntil: '2027-01-01T00:00:00Z',
          silentUntil: '2027-01-01T00:00:00Z',
        },
      };
      await handovers.open(moment);
      if (answeredAfterMinutes === null) return;
      const answeredAt = new Date(openedAt.getTime() + answeredAfterMinutes * 60_000).toISOString();
      await handovers.noteAnswer({ ...moment, at: answeredAt });
    };
    // Answered after 10, 20 and 60 minutes, and never; one that an officer began himself is no request.
    await open('h1', '2026-10-21T08:00:00', 10);
    await open('h2', '2026-10-21T09:00:00', 20);
    await open('h3', '2026-10-21T10:00:00', 60);
    await open('h4', '2026-10-21T11:00:00', null);
    await open('h5', '2026-10-21T12:00:00', 1, 'officer-wrote');
    const opens = createLinkOpenStore(database);
    await opens.append([
      { unitId: 'hang-gon', url: portal, opens: 2, at: '2026-10-20T03:00:00Z' },
      { unitId: 'hang-gon', url: portal, opens: 1, at: '2026-10-20T04:00:00Z' },
      { unitId: 'hang-gon', url: portal, opens: 9, at: '2026-12-14T17:00:00Z' },
    ]);
    await createInteractionStore(database).appendDeliveries([
      {
        interactionId: 'a1',
        unitId: 'hang-gon',
        part: 0,
        status: 'sent',
        at: '2026-10-20T03:00:01Z',
        code: null,
        messageId: 'x',
      },
      {
        interactionId: 'a2',
        unitId: 'hang-gon',
        part: 0,
        status: 'window-closed',
        at: '2026-10-20T03:30:00Z',
        code: '-230',
        messageId: null,
      },
    ]);
    const act = (action: string, vn: string, unitId: string | null) =>
      createAuditStore(database).append({
        ...{ actor: 'lan', unitId, action, subject: 'topic:birth-registration', before: null, after: null },
        at: new Date(`${vn}+07:00`).toISOString(),
      });
    // One change on its way to citizens, one that was refused, one taken back; of all units, of one, and of another.
    for (const action of ['draft', 'revise', 'submit', 'approve']) {
      await act(`content.${action}`, '2026-10-20T09:00:00', null);
    }
    for (const action of ['draft', 'submit', 'reject']) {
      await act(`content.${action}`, '2026-10-21T09:00:00', 'hang-gon');
    }
    await act('content.approve', '2026-10-22T09:00:00', 'hang-gon');
    await act('content.roll-back', '2026-10-23T09:00:00', 'hang-gon');
    await act('content.approve', '2026-10-22T09:00:00', 'elsewhere');
    await act('content.approve', '2026-09-14T23:59:59', null);
    await act('report.approve', '2026-10-22T09:00:00', 'hang-gon');
    figures = await read();
  });
  afterAll(() => database.close());

  it('counts people, sessions and exchanges by channel as a person would by hand', () => {
    // web: c1 4, c2 4, c3 1, c4 1; other: m1 2.
    expect(figures.count('interactions', 'web')).toBe(10);
    expect(figures.count('interactions', 'other')).toBe(2);
    expect(figures.count('interactions')).toBe(12);
    expect([
      figures.count('citizens', 'web'),
      figures.count('citizens', 'other'),
      figures.count('citizens'),
    ]).toEqual([4, 1, 5]);
    // c1 two sessions (the second with the answer at 11:10), c3, c4 one each; c2 none; m1 one.
    expect(figures.count('guidance-sessions', 'web')).toBe(4);
    expect(figures.count('guidance-sessions')).toBe(5);
    expect(figures.channels).toEqual(['other', 'web']);
  });

  it('counts what became of them; the kinds add up to the whole', () => {
    const kinds = [
      'answered',
      'asked-back',
      'not-understood',
      'handed-over',
      'smalltalk',
      'unsupported',
      'sensitive',
      'with-officer',
    ];
    const counts = Object.fromEntries(kinds.map((kind) => [kind, figures.count(kind)]));
    expect(counts).toEqual({
      ...{ answered: 6, 'asked-back': 1, 'not-understood': 2, 'handed-over': 1, smalltalk: 1 },
      ...{ unsupported: 1, sensitive: 0, 'with-officer': 0 },
    });
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(figures.count('interactions'));
  });

  it('sorts answers by topic, field, part and theme', () => {
    // birth: a1, m1, e2, e3.
    expect(figures.byKey('topic-interactions')).toEqual([
      { key: 'birth-registration', value: 4 },
      { key: 'marriage-registration', value: 1 },
      { key: 'pay-online', value: 1 },
    ]);
    expect(figures.ofKey('topic-citizens', 'birth-registration')).toBe(4);
    expect(figures.byKey('field-interactions')).toEqual([
      { key: 'Hộ tịch', value: 5 },
      { key: 'Hướng dẫn', value: 1 },
    ]);
    // c1 asked about two procedures of the field and is one citizen.
    expect(figures.ofKey('field-citizens', 'Hộ tịch')).toBe(4);
    expect(figures.byKey('aspect-interactions')).toEqual([
      { key: 'documents', value: 4 },
      { key: 'online', value: 1 },
    ]);
    // A procedure counts for "nộp trực tuyến" only where that part was asked.
    expect(figures.byKey('theme-interactions')).toEqual([
      { key: 'online-filing', value: 1 },
      { key: 'online-payment', value: 1 },
    ]);
    expect(figures.byKey('theme-citizens')).toEqual([
      { key: 'online-filing', value: 1 },
      { key: 'online-payment', value: 1 },
    ]);
    expect(figures.byKey('theme-sessions')).toEqual([
      { key: 'online-filing', value: 1 },
      { key: 'online-payment', value: 1 },
    ]);
  });

  it('takes the last word of a citizen about an answer', () => {
    expect([figures.count('confirmed-helpful'), figures.count('not-helpful')]).toEqual([1, 1]);
    expect(figures.byKey('not-helpful-reasons')).toEqual([{ key: 'not-clear', value: 1 }]);
    expect(figures.byKey('not-helpful-topics')).toEqual([{ key: 'marriage-registration', value: 1 }]);
    expect(figures.byKey('survey-answers')).toEqual([{ key: 'solved:yes', value: 1 }]);
  });

  it('lists exactly the records that a figure counts', async () => {
    const scope = { unitId: 'hang-gon', ...quarter, through: everything, asOf: new Date() };
    const list = async (metric: string, key = '') =>
      (await readFigureSource(database, scope, metric, key, { after: 0, limit: 100 })).map(({ id }) => id);
    expect(await list('confirmed-helpful')).toEqual(['a1']);
    expect(await list('not-helpful')).toEqual(['a2']);
    // People and sessions are fewer than the exchanges they are made of; those with a key are asked for by it.
    const others = ['citizens', 'guidance-sessions', 'topic-interactions', 'aspect-interactions'];
    for (const metric of listedMetrics.filter((one) => !others.includes(one))) {
      expect([metric, (await list(metric)).length]).toEqual([metric, figures.count(metric)]);
    }
    expect((await list('topic-interactions', 'birth-registration')).length).toBe(4);
  });

  it('tells how fast officers replied to those who asked for one', () => {
    expect([figures.count('handovers-answered'), figures.count('handovers-unanswered')]).toEqual([3, 1]);
    expect(figures.find('reply-minutes-median')).toBe(20);
    // Between the second and third of three values: 20 + 0.8 × 40.
    expect(figures.find('reply-minutes-p90')).toBe(52);
  });

  it('counts links given and opened, outreach, difficulties and failures', () => {
    expect(figures.byKey('links-given')).toEqual([
      { key: portal, value: 2 },
      { key: `${portal}/x`, value: 1 },
    ]);
    expect(figures.byKey('links-opened')).toEqual([{ key: portal, value: 3 }]);
    expect(figures.ofKey('outreach-citizens', 'ap-phich-1')).toBe(1);
    expect(figures.ofKey('outreach-interactions', 'ap-phich-1')).toBe(2);
    expect(figures.byKey('unanswered-near-topic')).toEqual([
      { key: '', value: 1 },
      { key: 'birth-registration', value: 1 },
    ]);
    expect(figures.byKey('failed-deliveries')).toEqual([{ key: 'window-closed', value: 1 }]);
  });

  it('counts what was published, not what was drafted, proposed or refused', () => {
    expect(figures.byKey('content-published')).toEqual([
      { key: 'content.approve', value: 2 },
      { key: 'content.roll-back', value: 1 },
    ]);
  });

  it('puts every exchange and session on its Vietnamese day', () => {
    // a1, a2 and a4 of the 20th, m1 of the 21st, and the two at the edges.
    expect(figures.byKey('day-answered').sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { key: '2026-09-15', value: 1 },
      { key: '2026-10-20', value: 3 },
      { key: '2026-10-21', value: 1 },
      { key: '2026-12-14', value: 1 },
    ]);
    expect(figures.byKey('day-interactions').sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { key: '2026-09-15', value: 1 },
      { key: '2026-10-20', value: 4 },
      { key: '2026-10-21', value: 6 },
      { key: '2026-12-14', value: 1 },
    ]);
    // c1's two sessions of the 20th, m1's of the 21st.
    expect([
      figures.ofKey('day-sessions', '2026-10-20'),
      figures.ofKey('day-sessions', '2026-10-21'),
    ]).toEqual([2, 1]);
    // 23:59:59 is in the last half hour of its day, 00:00:00 in the first.
    expect([
      figures.ofKey('half-hour-interactions', '2026-12-14 47'),
      figures.ofKey('half-hour-interactions', '2026-09-15 0'),
    ]).toEqual([1, 1]);
  });

  it('puts neighbouring periods together without gap or overlap', async () => {
    const start = new Date('2026-01-01T00:00:00Z');
    const end = new Date('2027-01-01T00:00:00Z');
    const total = async (from: Date, to: Date) => (await read({ from, to })).count('interactions');
    expect([
      await total(start, quarter.from),
      await total(quarter.from, quarter.to),
      await total(quarter.to, end),
    ]).toEqual([1, 12, 1]);
    expect(await total(start, end)).toBe(14);
  });

  it('counts no further than the seal: what is written later changes nothing', async () => {
    const { rows } = await database.query<{ seq: number }>("select seq from interaction where id = 'a4'");
    const through = { ...everything, interaction: rows[0]?.seq ?? 0 };
    expect((await read(quarter, through)).count('interactions')).toBe(4);
    expect((await read(quarter, { interaction: 0 })).count('interactions')).toBe(0);
  });

  it('gives zeros and no average for a unit that nobody wrote to', async () => {
    const scope = { unitId: 'nowhere', ...quarter, through: everything, asOf: new Date() };
    const empty = readFigures(await readFigureRows(database, scope, sorting, 'all'));
    expect([
      empty.count('interactions'),
      empty.count('citizens'),
      empty.find('reply-minutes-median'),
    ]).toEqual([0, 0, undefined]);
  });

  it('counts links and near topics that are too wide for an index like all others', async () => {
    const unitId = 'wide';
    // Random, so that the database cannot press it together.
    const wide = `${portal}/${randomBytes(3_000).toString('hex')}`;
    const wideTopic = randomBytes(3_000).toString('hex');
    const fallback = { decision: 'fallback', topic: null, aspect: null } as const;
    await createInteractionStore(database).append([
      at('2026-10-20T10:00:00', { id: 'w1', unitId, links: [portal, wide] }),
      at('2026-10-20T10:01:00', { id: 'w2', unitId, links: [wide] }),
      at('2026-10-20T10:02:00', { id: 'w3', unitId, links: [portal] }),
      at('2026-10-20T10:03:00', { id: 'w4', unitId, links: [wide], decision: 'smalltalk' }),
      at('2026-10-20T10:04:00', { id: 'w5', unitId, links: [wide], test: true }),
      at('2026-10-20T10:05:00', {
        id: 'w6',
        unitId,
        ...fallback,
        candidates: [{ topic: wideTopic, score: 1 }],
      }),
      at('2026-10-20T10:06:00', {
        id: 'w7',
        unitId,
        ...fallback,
        candidates: [{ topic: 'narrow', score: 1 }],
      }),
      at('2026-10-20T10:07:00', { id: 'w8', unitId, ...fallback, candidates: [] }),
    ]);
    const scope = { unitId, ...quarter, through: everything, asOf: new Date() };
    const found = readFigures(await readFigureRows(database, scope, sorting, 'all'));
    expect([
      found.ofKey('links-given', portal),
      found.ofKey('links-given', wide),
      found.sum('links-given'),
    ]).toEqual([2, 2, 4]);
    expect(
      Object.fromEntries(found.byKey('unanswered-near-topic').map(({ key, value }) => [key, value])),
    ).toEqual({
      ...{ [wideTopic]: 1, narrow: 1, '': 1 },
    });
  });

  it('gives rows of known metrics only, each from one measure', async () => {
    const known = metrics.map(({ id }) => id);
    expect(new Set(known).size).toBe(known.length);
    const scope = { unitId: 'hang-gon', ...quarter, through: everything, asOf: new Date() };
    const rows = await readFigureRows(database, scope, sorting, 'all');
    expect(rows.filter(({ metric }) => !known.includes(metric))).toEqual([]);
  });
});
