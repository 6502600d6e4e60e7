import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Interaction } from '../../src/core/interaction.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createReportReader } from '../../src/storage/sql/report-reader.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

/** The fourth quarter of 2026 as reported: 15 September to 14 December, Vietnam time. */
const quarter = { from: new Date('2026-09-14T17:00:00Z'), to: new Date('2026-12-14T17:00:00Z') };

function at(receivedAt: string, given: Partial<Interaction> = {}): Interaction {
  return anInteraction({ receivedAt, ...given });
}

describe.each(databaseKinds)('report reader on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
    await createInteractionStore(database).append([
      // Citizen 1: a question and 29:59 later another (one session), exactly 30 minutes after that a third (a second one).
      at('2026-10-20T03:00:00Z', { citizen: 'c1' }),
      at('2026-10-20T03:29:59Z', { citizen: 'c1', topic: 'marriage-registration' }),
      at('2026-10-20T03:59:59Z', { citizen: 'c1', decision: 'clarify', topic: null }),
      at('2026-10-20T04:10:00Z', { citizen: 'c1' }),
      // Citizen 2: never answered, so no guidance session.
      at('2026-10-21T03:00:00Z', { citizen: 'c2', decision: 'fallback', topic: null }),
      at('2026-10-21T03:01:00Z', { citizen: 'c2', decision: 'smalltalk', topic: null }),
      // The same person on the other channel is another pseudonym there.
      at('2026-10-21T03:00:00Z', { citizen: 'm1', channel: 'other' }),
      // The edges: the first instant belongs to the quarter, the end does not.
      at('2026-09-14T16:59:59.999Z', { citizen: 'c3' }),
      at('2026-09-14T17:00:00Z', { citizen: 'c3' }),
      at('2026-12-14T16:59:59.999Z', { citizen: 'c4' }),
      at('2026-12-14T17:00:00Z', { citizen: 'c4' }),
      // Never counted: tests, other units.
      at('2026-10-22T03:00:00Z', { citizen: 'c5', test: true }),
      at('2026-10-22T03:00:00Z', { citizen: 'c6', unitId: 'elsewhere' }),
    ]);
  });
  afterAll(() => database.close());

  it('counts as a person would by hand', async () => {
    const { channels, counts } = await createReportReader(database).readCounts('hang-gon', quarter);
    expect(channels).toEqual([
      { channel: 'other', interactions: 1, answers: 1, citizens: 1, guidanceSessions: 1 },
      // c1: 4 exchanges in 2 sessions, c2: 2 without an answer, c3 and c4: 1 each within the edges.
      { channel: 'web', interactions: 8, answers: 5, citizens: 4, guidanceSessions: 4 },
    ]);
    expect(counts).toEqual([
      { channel: 'other', topic: 'birth-registration', decision: 'answer', interactions: 1 },
      { channel: 'web', topic: 'birth-registration', decision: 'answer', interactions: 4 },
      { channel: 'web', topic: 'marriage-registration', decision: 'answer', interactions: 1 },
      { channel: 'web', topic: null, decision: 'clarify', interactions: 1 },
      { channel: 'web', topic: null, decision: 'fallback', interactions: 1 },
      { channel: 'web', topic: null, decision: 'smalltalk', interactions: 1 },
    ]);
  });

  it('puts neighbouring periods together without gap or overlap', async () => {
    const reader = createReportReader(database);
    const total = async (from: string, to: string) =>
      (await reader.readCounts('hang-gon', { from: new Date(from), to: new Date(to) })).channels.reduce(
        (sum, { interactions }) => sum + interactions,
        0,
      );
    const whole = await total('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
    const parts = await Promise.all([
      total('2026-01-01T00:00:00Z', '2026-09-14T17:00:00Z'),
      total('2026-09-14T17:00:00Z', '2026-12-14T17:00:00Z'),
      total('2026-12-14T17:00:00Z', '2027-01-01T00:00:00Z'),
    ]);
    expect(parts).toEqual([1, 9, 1]);
    expect(whole).toBe(11);
  });

  it('returns nothing for a unit without interactions', async () => {
    expect(await createReportReader(database).readCounts('nowhere', quarter)).toEqual({
      counts: [],
      channels: [],
    });
  });
});
