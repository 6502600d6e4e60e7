import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LogFilter } from '../../src/core/conversation-log.ts';
import type { Interaction } from '../../src/core/interaction.ts';
import { readFigureRows } from '../../src/reports/figure-reader.ts';
import { readFigures } from '../../src/reports/figures.ts';
import { createConversationLog } from '../../src/storage/sql/conversation-log.ts';
import { createConversationRecords } from '../../src/storage/sql/conversation-records.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { eraseWords } from '../../src/storage/sql/erase-words.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createOverviewReader } from '../../src/storage/sql/overview-reader.ts';
import { createUncountedCitizens } from '../../src/storage/sql/uncounted-citizens.ts';
import { searchWords } from '../../src/storage/sql/search-pattern.ts';
import { anInteraction, uniqueId } from '../services/storage-fixtures.ts';
import { fillDatabase } from '../support/year-of-traffic.ts';
import { databaseKinds } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

const day = '2026-10-20';
const at = (time: string) => `${day}T${time}:00.000Z`;
const wholeDay: LogFilter = { from: new Date(at('00:00')), to: new Date('2026-10-21T00:00:00Z') };

describe.each(databaseKinds)('the log as officers see it, on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  /** Writes exchanges into a unit of their own and returns its log and their ids. */
  async function aLog(...given: Partial<Interaction>[]) {
    const unitId = uniqueId('unit');
    const exchanges = given.map((one, index) =>
      anInteraction({ unitId, receivedAt: at(`0${index + 1}:00`), citizen: `c-${unitId}`, ...one }),
    );
    await createInteractionStore(database).append(exchanges);
    return { unitId, ids: exchanges.map(({ id }) => id), log: createConversationLog(database, unitId) };
  }
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);

  it('lists newest first, page by page without a gap or a repeat, also where times are equal', async () => {
    const same = Array.from({ length: 7 }, () => ({ receivedAt: at('05:00') }));
    const { log, ids } = await aLog(...same, {}, {});
    const seen: string[] = [];
    let after: { receivedAt: string; seq: number } | undefined;
    for (;;) {
      const page = await log.list(wholeDay, { limit: 2, ...(after === undefined ? {} : { after }) });
      seen.push(...idsOf(page));
      after = page.at(-1);
      if (page.length < 2) break;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(seen.slice(0, 2)).toEqual([ids[8], ids[7]]);
  });

  it('filters by each thing, and by all together', async () => {
    const { log, ids, unitId } = await aLog(
      { channel: 'zalo', topic: 'birth-registration', decision: 'answer' },
      { channel: 'web', topic: null, decision: 'fallback', maskedText: 'xin hỏi Lệ phí đất' },
      { channel: 'zalo', topic: 'passport', decision: 'answer', outreach: 'tb-01' },
      { channel: 'zalo', test: true },
      { kind: 'staff-reply', decision: 'silent' },
    );
    const [first = '', second = '', third = ''] = ids;
    const records = createConversationRecords(database);
    const judge = (interactionId: string, helpful: boolean, time: string) =>
      records.appendFeedback({
        interactionId,
        unitId,
        citizen: `c-${unitId}`,
        helpful,
        reason: null,
        at: at(time),
      });
    await judge(first, true, '06:00');
    await judge(third, true, '06:00');
    await judge(third, false, '06:01');
    await log.addLabel(second, 'cần soạn', 'lan', at('07:00'));
    const find = async (filter: Partial<LogFilter>) =>
      idsOf(await log.list({ ...wholeDay, ...filter }, { limit: 10 }));
    expect(await find({})).toEqual([third, second, first]);
    expect(await find({ withTests: true })).toHaveLength(4);
    expect(await find({ channel: 'zalo' })).toEqual([third, first]);
    expect(await find({ topic: 'passport' })).toEqual([third]);
    expect(await find({ decision: 'fallback' })).toEqual([second]);
    expect(await find({ outreach: 'tb-01' })).toEqual([third]);
    expect(await find({ label: 'cần soạn' })).toEqual([second]);
    expect(await find({ feedback: 'helpful' })).toEqual([first]);
    expect(await find({ feedback: 'not-helpful' })).toEqual([third]);
    expect(await find({ text: 'le phi dat' })).toEqual([second]);
    expect(await find({ text: 'LỆ PHÍ' })).toEqual([second]);
    expect(await find({ text: 'lệ phì' })).toEqual([]);
    expect(await find({ text: 'phi d' })).toEqual([second]);
    // A word is found from its beginning on.
    expect(await find({ text: 'hi dat' })).toEqual([]);
    expect(await find({ from: new Date(at('02:30')) })).toEqual([third]);
    expect(
      await find({
        channel: 'zalo',
        decision: 'answer',
        feedback: 'not-helpful',
        topic: 'passport',
        outreach: 'tb-01',
      }),
    ).toEqual([third]);
    expect((await log.list({ ...wholeDay, text: 'le phi' }, { limit: 1 }))[0]).toMatchObject({
      labels: ['cần soạn'],
      helpful: null,
    });
    expect(await log.listChoices(wholeDay.from)).toEqual({ outreach: ['tb-01'], labels: ['cần soạn'] });
  });

  it.each([
    '50%',
    'a_b',
    '.*',
    '\\',
    '(',
    '[a',
    "'; drop table interaction; --",
    '$1',
    '\\d',
    '{2}',
    '+',
    '日本',
  ])('takes %j for what it is when words are searched', async (typed) => {
    const { log, ids } = await aLog({ maskedText: `trước ${typed} sau` }, { maskedText: 'không có gì' });
    expect(idsOf(await log.list({ ...wholeDay, text: typed }, { limit: 10 }))).toEqual([ids[0]]);
  });

  it('shows nothing of another unit, by list, by id, by label', async () => {
    const [own, other] = [await aLog({}), await aLog({})];
    const [foreign = ''] = other.ids;
    expect(idsOf(await own.log.list(wholeDay, { limit: 10 }))).toEqual(own.ids);
    expect(await own.log.read(foreign)).toBeUndefined();
    expect(await own.log.addLabel(foreign, 'x', 'lan', at('07:00'))).toBe(false);
    await other.log.addLabel(foreign, 'x', 'lan', at('07:00'));
    expect(await own.log.removeLabel(foreign, 'x')).toBe(false);
  });

  it('puts a conversation together: no pause of half an hour in it, what came before and after beside it', async () => {
    const times = ['01:00', '01:29', '01:58', '02:28', '02:40', '05:00'];
    const { log, ids } = await aLog(...times.map((time) => ({ receivedAt: at(time) })));
    const first = await log.read(ids[1] ?? '');
    expect(idsOf(first?.exchanges ?? [])).toEqual(ids.slice(0, 3));
    expect([first?.earlier, first?.later]).toEqual([null, ids[3]]);
    const second = await log.read(ids[4] ?? '');
    expect(idsOf(second?.exchanges ?? [])).toEqual(ids.slice(3, 5));
    expect([second?.earlier, second?.later]).toEqual([ids[2], ids[5]]);
  });

  it('shows what officers wrote meanwhile, what was sent and how it was judged', async () => {
    const { log, ids, unitId } = await aLog({ receivedAt: at('01:00') }, { receivedAt: at('01:10') });
    const [id = ''] = ids;
    const citizen = `c-${unitId}`;
    const handovers = createHandoverStore(database);
    await handovers.open({
      ...{ id, unitId, channel: 'web', citizen, reason: 'asked', test: false, address: Buffer.from('x') },
      ...{ at: at('01:00'), windowUntil: at('20:00'), silentUntil: at('13:00') },
    });
    await handovers.addMessage(id, { officer: 'lan', text: 'Chào anh/chị', at: at('01:05') });
    await handovers.addMessage(id, { officer: 'lan', text: 'hôm khác', at: at('09:00') });
    await createInteractionStore(database).appendDeliveries([
      {
        interactionId: id,
        unitId,
        part: 0,
        status: 'refused',
        at: at('01:01'),
        code: '-230',
        messageId: null,
      },
    ]);
    const records = createConversationRecords(database);
    await records.appendFeedback({
      interactionId: id,
      unitId,
      citizen,
      helpful: false,
      reason: 'unclear',
      at: at('01:02'),
    });
    const read = await log.read(ids[1] ?? '');
    expect(read?.officers).toEqual([{ officer: 'lan', text: 'Chào anh/chị', at: at('01:05') }]);
    expect(read?.exchanges[0]).toMatchObject({
      helpful: false,
      feedbackReason: 'unclear',
      explanation: [{ code: 'feature', text: 'khai sinh', weight: 2.25 }],
      deliveries: [{ part: 0, status: 'refused', code: '-230' }],
    });
  });

  it('says that words were erased, and shows none of them', async () => {
    const { log, ids, unitId } = await aLog({ maskedText: 'bí mật' });
    await eraseWords(database, { citizen: `c-${unitId}` });
    const [entry] = await log.list(wholeDay, { limit: 10 });
    expect(entry).toMatchObject({ maskedText: null, erased: true });
    expect((await log.read(ids[0] ?? ''))?.exchanges[0]).toMatchObject({ maskedText: null, explanation: [] });
    expect(await log.list({ ...wholeDay, text: 'bí mật' }, { limit: 10 })).toEqual([]);
  });

  it('hands the rows of a filter out in pages, as many as asked for', async () => {
    const { log, ids } = await aLog({}, {}, {});
    const pages: string[][] = [];
    for await (const page of log.export(wholeDay, 2)) pages.push(idsOf(page));
    expect(pages).toEqual([[ids[2], ids[1]]]);
  });

  it('labels an exchange once, and takes the label off', async () => {
    const { log, ids } = await aLog({});
    const [id = ''] = ids;
    expect(await log.addLabel(id, 'mẫu', 'lan', at('07:00'))).toBe(true);
    expect(await log.addLabel(id, 'mẫu', 'minh', at('08:00'))).toBe(false);
    expect((await log.read(id))?.exchanges[0]?.labels).toEqual(['mẫu']);
    expect(await log.removeLabel(id, 'mẫu')).toBe(true);
    expect((await log.read(id))?.exchanges[0]?.labels).toEqual([]);
  });

  it('counts a day: citizens on each channel, sessions with an answer, decisions, last judgements; no tests', async () => {
    const zalo = { channel: 'zalo', citizen: 'z-1' };
    const { unitId, ids } = await aLog(
      { ...zalo, receivedAt: at('01:00'), decision: 'answer', topic: 'passport' },
      { ...zalo, receivedAt: at('01:29'), decision: 'clarify', topic: null },
      // Half an hour later: another session, without an answer, so not one of guidance.
      { ...zalo, receivedAt: at('01:59'), decision: 'fallback', topic: null },
      { channel: 'zalo', citizen: 'z-2', receivedAt: at('02:00'), decision: 'handover' },
      { channel: 'web', citizen: 'w-1', receivedAt: at('18:30'), decision: 'answer', topic: 'passport' },
      {
        channel: 'web',
        citizen: 'w-1',
        receivedAt: at('18:31'),
        decision: 'answer',
        topic: 'birth-registration',
      },
      { channel: 'web', citizen: 'w-2', test: true },
      { channel: 'zalo', citizen: 'z-3', kind: 'staff-reply', decision: 'silent' },
      { channel: 'zalo', citizen: 'z-4', receivedAt: '2026-10-21T00:00:00.000Z' },
    );
    const records = createConversationRecords(database);
    const judge = (index: number, citizen: string, helpful: boolean, time: string) =>
      records.appendFeedback({
        interactionId: ids[index] ?? '',
        unitId,
        citizen,
        helpful,
        reason: null,
        at: at(time),
      });
    await judge(0, 'z-1', false, '03:00');
    await judge(0, 'z-1', true, '03:01');
    await judge(4, 'w-1', false, '19:00');
    await judge(6, 'w-2', false, '19:00');
    const reader = createOverviewReader(database, unitId);
    expect(await reader.readChannels(wholeDay)).toEqual([
      {
        ...{ channel: 'web', interactions: 2, answered: 2, askedBack: 0, notUnderstood: 0, handedOver: 0 },
        ...{ citizens: 1, sessions: 1, helpful: 0, notHelpful: 1 },
      },
      {
        ...{ channel: 'zalo', interactions: 4, answered: 1, askedBack: 1, notUnderstood: 1, handedOver: 1 },
        ...{ citizens: 2, sessions: 1, helpful: 1, notHelpful: 0 },
      },
    ]);
    // In Vietnam half past six in the evening, UTC, is the next day.
    expect(await reader.readDays(wholeDay)).toEqual([
      { day: '2026-10-20', channel: 'zalo', interactions: 4 },
      { day: '2026-10-21', channel: 'web', interactions: 2 },
    ]);
    expect(await reader.readTopics(wholeDay, 1)).toEqual([{ topic: 'passport', interactions: 2 }]);
  });
});

describe.each(databaseKinds)('the overview and the report on $name', ({ create }) => {
  it('count the same', async () => {
    const database = await create();
    const unitId = uniqueId('unit');
    const [from, to] = [new Date('2026-09-01T00:00:00Z'), new Date('2026-11-01T00:00:00Z')];
    await fillDatabase(database, {
      unitId,
      interactions: 1_500,
      from,
      to,
      seed: 3,
      topics: ['passport', 'marriage-registration'],
    });
    const night = (citizen: string, time: string, decision: Interaction['decision']) =>
      anInteraction({ unitId, citizen, channel: 'zalo', decision, receivedAt: `2026-09-10T${time}:00.000Z` });
    // 17:00 is midnight in Vietnam.
    const nightly = [
      night('n-1', '16:50', 'answer'),
      night('n-1', '17:05', 'answer'),
      night('n-2', '16:50', 'fallback'),
      night('n-2', '17:10', 'answer'),
      night('n-3', '16:50', 'answer'),
      night('n-3', '17:10', 'fallback'),
      night('n-4', '16:50', 'answer'),
      night('n-4', '17:29', 'answer'),
    ];
    await createInteractionStore(database).append(nightly);
    for (const [time, helpful] of [
      ['16:55', true],
      ['17:20', false],
    ] as const) {
      await createConversationRecords(database).appendFeedback({
        ...{ interactionId: nightly[0]?.id ?? '', unitId, citizen: 'n-1', helpful, reason: null },
        at: `2026-09-10T${time}:00.000Z`,
      });
    }
    await createUncountedCitizens(database).mark({
      ...{ unitId, citizen: 'c-zalo-0', reason: 'thử', markedBy: 'lan', markedAt: at('01:00') },
    });
    const everything = {
      interaction: 1e12,
      delivery: 1e12,
      feedback: 1e12,
      'survey-answer': 1e12,
      'link-open': 1e12,
    };
    const rows = await readFigureRows(
      database,
      { unitId, from, to, through: everything, asOf: to },
      { fieldOf: () => undefined, themesOf: () => [] },
      'all',
    );
    const report = readFigures(rows);
    const reader = createOverviewReader(database, unitId);
    const channels = await reader.readChannels({ from, to });
    expect(channels.length).toBeGreaterThan(2);
    for (const { channel, ...own } of channels) {
      expect([channel, own]).toEqual([
        channel,
        {
          interactions: report.count('interactions', channel),
          answered: report.count('answered', channel),
          askedBack: report.count('asked-back', channel),
          notUnderstood: report.count('not-understood', channel),
          handedOver: report.count('handed-over', channel),
          citizens: report.count('citizens', channel),
          sessions: report.count('guidance-sessions', channel),
          helpful: report.count('confirmed-helpful', channel),
          notHelpful: report.count('not-helpful', channel),
        },
      ]);
    }
    const sumOfDays = new Map<string, number>();
    for (const { day: one, interactions } of await reader.readDays({ from, to })) {
      sumOfDays.set(one, (sumOfDays.get(one) ?? 0) + interactions);
    }
    for (const [one, interactions] of sumOfDays) {
      expect([one, interactions]).toEqual([one, report.ofKey('day-interactions', one)]);
    }
    // Whatever is over already, the sum is the same: sessions over midnight, citizens who come back, second thoughts.
    const all = {
      channels,
      days: await reader.readDays({ from, to }),
      topics: await reader.readTopics({ from, to }, 10),
    };
    for (const day of ['2026-09-02', '2026-09-03', '2026-09-20', '2026-10-30', '2026-09-10']) {
      const settled = new Date(`${day}T17:00:00Z`);
      const first = await reader.readSpan({ from, settled, to });
      expect({ ...first, topics: first.topics.slice(0, 10) }).toEqual(all);
      expect(await reader.readSpan({ from, settled, to })).toEqual(first);
    }
    const topics = await reader.readTopics({ from, to }, 10);
    expect(topics.map(({ topic, interactions }) => ({ key: topic, value: interactions }))).toEqual(
      report.byKey('topic-interactions'),
    );
    await database.close();
  });
});

it('searches: plain letters find all of their family, marked letters themselves', () => {
  expect(searchWords('le')).toEqual({
    beginnings: "'le':*",
    folded: '%le%',
    pattern: '[lL][eèéẻẽẹêềếểễệEÈÉẺẼẸÊỀẾỂỄỆ]',
  });
  expect(searchWords(' LỆ  a_b% ')).toEqual({
    beginnings: "'le':* & 'a':* & 'b':*",
    folded: '%le%a\\_b%%',
    pattern: '[lL][ệỆ]\\s+[aàáảãạăằắẳẵặâầấẩẫậAÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ]\\_[bB]\\%',
  });
});
