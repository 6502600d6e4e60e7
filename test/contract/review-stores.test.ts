import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Interaction } from '../../src/core/interaction.ts';
import type { Verdict } from '../../src/core/review.ts';
import type { TrainingEffect } from '../../src/core/training.ts';
import { createReviewDesk } from '../../src/review/review-desk.ts';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { createConversationRecords } from '../../src/storage/sql/conversation-records.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { eraseWords } from '../../src/storage/sql/erase-words.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { knowledgeChannel } from '../../src/storage/sql/knowledge-channel.ts';
import { createReviewStore } from '../../src/storage/sql/review-store.ts';
import { createTrainingStore } from '../../src/storage/sql/training-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

const noEffect: TrainingEffect = {
  golden: 10,
  examples: 1,
  rightBefore: 9,
  rightAfter: 10,
  better: [],
  broken: [],
  betterCount: 1,
  brokenCount: 0,
  topics: [],
  ms: 5,
};

describe.each(databaseKinds)('reviewing on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  /** A desk of a unit of its own, so that tests do not see each other's questions. */
  function setUp(effect: () => Promise<TrainingEffect> = async () => noEffect) {
    const unitId = uniqueId('unit');
    const training = createTrainingStore(database);
    const measured: Promise<TrainingEffect>[] = [];
    const desk = createReviewDesk({
      review: createReviewStore(database),
      training,
      measureEffect: () => {
        const one = effect();
        measured.push(one);
        return one;
      },
      clock: { now: () => new Date('2026-11-20T02:00:00Z') },
      logger: silentLogger,
    });
    const log = async (given: Partial<Interaction>) => {
      const interaction = anInteraction({ unitId, confidence: 0.95, ...given });
      await createInteractionStore(database).append([interaction]);
      return interaction;
    };
    const scope = { unitIds: [unitId], withTest: false };
    const measure = async () => {
      await desk.measure('thu');
      for (let waits = 0; typeof (await desk.draft()).effect?.endedAt !== 'string'; waits += 1) {
        if (waits > 500) throw new Error('the effect was never stored');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    return { unitId, training, desk, log, scope, measure };
  }

  it('lists what went wrong or was called unhelpful or unclear, without what was judged, erased or a test', async () => {
    const { unitId, desk, log, scope } = setUp();
    const records = createConversationRecords(database);
    const missed = await log({ decision: 'fallback', topic: null, maskedText: 'xin giấy cho con đi học xa' });
    const unsure = await log({ confidence: 0.5, maskedText: 'giấy tờ nhà đất' });
    await log({ confidence: 0.95, maskedText: 'được trả lời đúng' });
    await log({ decision: 'fallback', maskedText: 'chỉ thử thôi', test: true });
    await log({ decision: 'fallback', maskedText: null });
    await log({ decision: 'fallback', kind: 'choice', maskedText: 'một nút bấm' });
    const unhelpful = await log({ maskedText: 'phí sao y bao nhiêu' });
    const record = { unitId, citizen: 'c-1', at: '2026-11-20T01:00:00Z' };
    await records.appendFeedback({
      ...record,
      interactionId: unhelpful.id,
      helpful: false,
      reason: 'wrong-topic',
    });
    const unclear = await log({ decision: 'clarify', topic: null, maskedText: 'mất giấy' });
    await records.appendSuggestion({
      ...record,
      interactionId: unclear.id,
      topic: 'id-card-reissue',
      aspect: null,
    });

    const { groups, questions, isCut } = await desk.queue(scope);
    expect({ questions, isCut }).toEqual({ questions: 4, isCut: false });
    const reasonsOf = (id: string) =>
      groups.flatMap(({ items }) => items).find(({ interactionId }) => interactionId === id)?.reasons;
    expect(reasonsOf(missed.id)).toEqual(['not-understood']);
    expect(reasonsOf(unsure.id)).toEqual(['unsure']);
    expect(reasonsOf(unhelpful.id)).toEqual(['unhelpful']);
    expect(reasonsOf(unclear.id)).toEqual(['chosen']);
    expect(await desk.count({ ...scope, withTest: true })).toBe(5);
    expect(await desk.count({ unitIds: ['another-unit'], withTest: true })).toBe(0);

    const group = await desk.group(scope, unclear.id);
    expect(group?.chosen).toBe('id-card-reissue');
    await desk.judge({
      interactionIds: [missed.id],
      unitIds: scope.unitIds,
      verdict: { verdict: 'right' },
      reviewer: 'thu',
    });
    expect(await desk.count(scope)).toBe(3);
    expect(await desk.group(scope, missed.id)).toBeUndefined();
  });

  it('judges nothing of another unit', async () => {
    const { desk, log } = setUp();
    const foreign = await log({ decision: 'fallback' });
    const order = {
      interactionIds: [foreign.id],
      unitIds: ['another-unit'],
      verdict: { verdict: 'off-topic' as const },
      reviewer: 'thu',
    };
    await expect(desk.judge(order)).rejects.toThrow('gone or not of this unit');
  });

  it('makes examples of what was judged, masked and once, and takes the last word on the same words', async () => {
    const { desk, log, scope, training } = setUp();
    const one = await log({ decision: 'fallback', maskedText: 'Sổ đi tây của [họ tên] ở đâu cấp' });
    const other = await log({ decision: 'fallback', maskedText: 'sổ đi tây của ở đâu cấp' });
    const judge = (ids: string[], topic: string) =>
      desk.judge({
        interactionIds: ids,
        unitIds: scope.unitIds,
        verdict: { verdict: 'belongs', topic, aspect: 'place' },
        reviewer: 'thu',
      });
    await judge([one.id, other.id], 'passport-loss-report');
    const mine = async () =>
      (await training.draft()).examples.filter(({ interactionId }) =>
        [one.id, other.id].includes(interactionId ?? ''),
      );
    expect((await mine()).map(({ topic }) => topic)).toEqual(['passport-loss-report']);
    await judge([one.id], 'passport');
    expect(await mine()).toMatchObject([
      { text: 'Sổ đi tây của ở đâu cấp', topic: 'passport', aspect: 'place' },
    ]);
    for (const { id } of await mine()) expect(await desk.withdraw(id, 'thu')).toBe(true);
    expect(await mine()).toEqual([]);
  });

  it('forgets the words of what was sensitive, learns from the officer’s own, and unlearns what was learnt', async () => {
    const { unitId, desk, log, scope, training } = setUp();
    const item = await log({ decision: 'fallback', maskedText: 'chồng tôi đánh tôi' });
    const judge = (verdict: Verdict) =>
      desk.judge({ interactionIds: [item.id], unitIds: scope.unitIds, verdict, reviewer: 'thu' });
    await judge({ verdict: 'belongs', topic: 'passport', aspect: null });
    await judge({ verdict: 'sensitive', category: 'violence', example: 'có người bị đánh đập ở nhà' });
    const { rows } = await database.query('select 1 from interaction_text where interaction_id = $1', [
      item.id,
    ]);
    expect(rows).toEqual([]);
    const mine = (await training.draft()).examples.filter((example) => example.unitId === unitId);
    expect(mine).toMatchObject([
      { interactionId: null, askedAt: null, topic: 'sensitive:violence', text: 'có người bị đánh đập ở nhà' },
    ]);
    await desk.withdraw(mine[0]?.id ?? 0, 'thu');
  });

  it('keeps no example and no note longer than the words they were made of, but what an officer wrote', async () => {
    const { unitId, desk, log, scope, training } = setUp();
    const old = { decision: 'fallback', receivedAt: '2026-08-01T02:00:00.000Z' } as const;
    const items = [
      await log({ ...old, maskedText: 'cái thẻ đi bịnh viện lấy đâu' }),
      await log({ ...old, maskedText: 'cái sổ nuôi trẻ lấy đâu' }),
      await log({
        decision: 'fallback',
        receivedAt: '2026-11-01T02:00:00.000Z',
        maskedText: 'tờ giấy mới hỏi',
      }),
    ];
    const judge = (ids: string[], verdict: Verdict) =>
      desk.judge({ interactionIds: ids, unitIds: scope.unitIds, verdict, reviewer: 'thu' });
    await judge(
      items.map(({ id }) => id),
      { verdict: 'belongs', topic: 'passport', aspect: null },
    );
    const wanted = await log({ ...old, maskedText: 'xin nuôi yến ở nhà bà Tư' });
    await judge([wanted.id], { verdict: 'new-topic', note: 'nuôi yến, như bà Tư' });
    const mine = async () => (await training.draft()).examples.filter((example) => example.unitId === unitId);
    const first = (await mine()).find(({ text }) => text.startsWith('cái thẻ'));
    const rewrite = (text: string) => desk.rewrite(first?.id ?? 0, text, 'thu');
    await expect(rewrite('Cái thẻ đi bịnh viện, lấy đâu?')).rejects.toThrow('other words');
    expect(await rewrite('thẻ khám bệnh cấp ở đâu')).toBe(true);
    expect(await rewrite('thẻ khám bệnh cấp chỗ nào')).toBe(false);

    await eraseWords(database, { unitId, receivedBefore: new Date('2026-10-01T00:00:00Z') });
    expect((await mine()).map(({ text }) => text).sort()).toEqual([
      'thẻ khám bệnh cấp ở đâu',
      'tờ giấy mới hỏi',
    ]);
    expect(await desk.wantedTopics(scope.unitIds)).toMatchObject([{ note: '', text: null }]);
    // Withdrawn words are words too.
    const { rows } = await database.query(`select 1 from training_example where text like 'cái %'`);
    expect(rows).toEqual([]);
    await expect(
      database.query(`update review_verdict set verdict = 'right' where unit_id = $1`, [unitId]),
    ).rejects.toThrow();
    for (const { id } of await mine()) await desk.withdraw(id, 'thu');
  });

  it('publishes only what was measured, tells everybody, audits, and rolls back', async () => {
    const { desk, log, scope, training, measure } = setUp();
    const heard: string[] = [];
    const stop = await database.listen(knowledgeChannel, (payload) => heard.push(payload));
    const before = await training.currentVersion();
    const item = await log({ decision: 'fallback', maskedText: 'giấy xanh đỏ để làm gì', citizen: 'c-77' });
    await desk.judge({
      interactionIds: [item.id],
      unitIds: scope.unitIds,
      verdict: { verdict: 'belongs', topic: 'passport', aspect: null },
      reviewer: 'thu',
    });
    const order = { officer: 'duyet', reason: 'câu mới', acceptsBroken: false };
    const { name } = await desk.draft();
    await expect(desk.publish({ ...order, draft: name })).rejects.toThrow('not measured');
    await measure();
    await expect(desk.publish({ ...order, draft: 'another draft' })).rejects.toThrow('changed');
    const version = await desk.publish({ ...order, draft: name });
    expect(await training.inForce()).toMatchObject({ version, examples: [{ interactionId: item.id }] });
    expect((await desk.draft()).added).toEqual([]);

    await desk.rollBack({ version: before, officer: 'duyet', reason: 'trả lời sai' });
    expect(await training.currentVersion()).toBe(before);
    await expect(desk.rollBack({ version: 999, officer: 'duyet', reason: 'x' })).rejects.toThrow(
      'no version',
    );
    // The words go when the citizen wants that, also out of what was published.
    await desk.rollBack({ version, officer: 'duyet', reason: 'lại dùng' });
    const mark = await training.mark();
    expect(await eraseWords(database, { citizen: 'c-77' })).toBe(1);
    expect(await training.mark()).not.toBe(mark);
    expect((await training.inForce()).examples).toEqual([]);

    const acts = await createAuditStore(database).list({ limit: 20 });
    expect(acts.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['training.publish', 'training.roll-back', 'review.judge']),
    );
    expect(heard).toEqual([`training:${version}`, `training:${before}`, `training:${version}`]);
    await stop();
  });

  it('publishes what breaks questions only when that is accepted, and not when a measurement failed', async () => {
    const results = [
      async (): Promise<TrainingEffect> => {
        throw new Error('no memory');
      },
      async () => ({ ...noEffect, brokenCount: 2 }),
    ];
    const { desk, log, scope, measure } = setUp(() => (results.shift() ?? (async () => noEffect))());
    const item = await log({ decision: 'fallback', maskedText: 'hỏi chuyện ngoài lề' });
    await desk.judge({
      interactionIds: [item.id],
      unitIds: scope.unitIds,
      verdict: { verdict: 'off-topic' },
      reviewer: 'thu',
    });
    const { name } = await desk.draft();
    const order = { draft: name, officer: 'duyet', reason: 'thử', acceptsBroken: false };
    await measure();
    expect((await desk.draft()).effect?.failure).toBe('no memory');
    await expect(desk.publish(order)).rejects.toThrow('not measured');
    await desk.measure('thu');
    for (
      let waits = 0;
      (await desk.draft()).effect?.result?.golden === undefined && waits < 500;
      waits += 1
    ) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await expect(desk.publish(order)).rejects.toThrow('breaks questions');
    await expect(desk.publish({ ...order, acceptsBroken: true })).resolves.toBeGreaterThan(0);
  });
});
