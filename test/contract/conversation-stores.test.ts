import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createEffectPerformer } from '../../src/conversation/perform-effect.ts';
import { createHandoverDesk } from '../../src/conversation/handover-desk.ts';
import { interactionId } from '../../src/conversation/interaction-id.ts';
import type { Effect } from '../../src/conversation/turn.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { Channel, QueueItem } from '../../src/core/ports.ts';
import type { OutboundMessage, Reply } from '../../src/core/reply.ts';
import { createSecretBox } from '../../src/privacy/secret-box.ts';
import { createConversationRecords } from '../../src/storage/sql/conversation-records.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { anInteraction } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

const start = new Date('2026-11-20T02:00:00Z');

describe.each(databaseKinds)('what surrounds a conversation on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  /** A bench with one citizen, a clock that can be moved, and a channel that passes conversations on. */
  function setUp() {
    let now = start;
    const records = createConversationRecords(database);
    const handovers = createHandoverStore(database);
    const box = createSecretBox(randomBytes(32));
    const passedOn: string[] = [];
    const sent: QueueItem<OutboundMessage>[] = [];
    const accepted: InboundEvent[] = [];
    const takenOver: string[] = [];
    const forgotten: string[][] = [];
    const channel = {
      name: 'web',
      replyWindowMs: 24 * 3_600_000,
      format: (reply: Reply) => reply.sections,
      forget: async (...what: string[]) => void forgotten.push(what),
      // A platform that hangs: nothing may wait for it.
      handOver: (_unit: string, user: string) => {
        passedOn.push(user);
        return new Promise<boolean>(() => undefined);
      },
      takeOver: async (_unit: string, user: string) => {
        takenOver.push(user);
        throw new Error('the platform does not answer');
      },
    } as unknown as Channel;
    const channels = new Map([['web', channel]]);
    const perform = createEffectPerformer({
      records,
      handovers,
      box,
      channels,
      recordConsent: async () => {},
      eraseCitizen: async () => {},
      logger: silentLogger,
    });
    const desk = createHandoverDesk({
      handovers,
      box,
      channels,
      outbound: {
        put: async (items: readonly QueueItem<OutboundMessage>[]) => {
          sent.push(...items);
          return { stored: items.length, duplicates: 0 };
        },
      } as never,
      accept: async (event) => {
        accepted.push(event);
      },
      maskText: (text) => text.replace(/\d{9,}/g, '***'),
      clock: { now: () => now },
      logger: silentLogger,
    });
    const citizen: string = randomUUID();
    const unitId = `unit-${randomUUID()}`;
    const happen = (effect: Effect, interactionId: string = randomUUID()) => {
      const at = now.toISOString();
      const event: InboundEvent = {
        channel: 'web',
        unitId,
        eventId: interactionId,
        userId: 'user-of-the-platform',
        occurredAt: at,
        receivedAt: at,
        content: { kind: 'text', text: 'gặp cán bộ' },
      };
      return perform(effect, { citizen, unitId, channel: 'web', at: now, event, interactionId });
    };
    const until = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
    const wait = (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
    };
    const open = () => happen({ kind: 'open-handover', reason: 'asked', until: until(60) });
    return {
      takenOver,
      forgotten,
      records,
      handovers,
      passedOn,
      sent,
      accepted,
      desk,
      citizen,
      unitId,
      happen,
      until,
      wait,
      open,
    };
  }

  async function logged(citizen: string, unitId: string): Promise<string> {
    const id = randomUUID();
    await createInteractionStore(database).append([anInteraction({ id, citizen, unitId })]);
    return id;
  }

  it('keeps feedback once, its reason beside it, and none for another citizen’s answer', async () => {
    const { records, happen, citizen, unitId } = setUp();
    const about = await logged(citizen, unitId);
    const foreign = await logged(randomUUID(), unitId);
    for (let time = 0; time < 2; time += 1) {
      await happen({ kind: 'record-feedback', about, helpful: false, reason: null });
      await happen({ kind: 'record-feedback', about, helpful: false, reason: 'unclear' });
      await happen({ kind: 'record-feedback', about: foreign, helpful: true, reason: null });
    }
    const kept = await records.listFeedback(unitId, 10);
    expect(kept.map(({ interactionId, reason }) => [interactionId, reason])).toEqual([
      [about, 'unclear'],
      [about, null],
    ]);
    await expect(database.query('delete from feedback')).rejects.toThrow();
  });

  it('keeps what a choice taught, and survey answers', async () => {
    const { records, happen, citizen, unitId } = setUp();
    const about = await logged(citizen, unitId);
    await happen({ kind: 'suggest-training', about, topic: 'birth-registration', aspect: 'fee' });
    await happen({ kind: 'suggest-training', about, topic: 'birth-registration', aspect: 'fee' });
    expect(await records.listSuggestions(unitId, 10)).toMatchObject([
      { interactionId: about, topic: 'birth-registration', aspect: 'fee' },
    ]);
    await happen({ kind: 'record-survey', survey: 'survey', question: 'solved', answer: 'yes' }, about);
    await happen({ kind: 'record-survey', survey: 'survey', question: 'solved', answer: 'yes' }, about);
    expect(await records.listSurveyAnswers(unitId, 10)).toMatchObject([
      { question: 'solved', answer: 'yes' },
    ]);
  });

  it('opens one hand-over a citizen, passes it on, and shows who waits with the window left', async () => {
    const { open, wait, happen, until, unitId, passedOn, handovers } = setUp();
    await open();
    await open();
    wait(30);
    const [entry, ...others] = await handovers.listOpen(unitId);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ reason: 'asked', answeredAt: null, assignedTo: null });
    expect(entry?.windowUntil).toBe(until(23.5 * 60));
    expect(passedOn[0]).toBe('user-of-the-platform');
    await happen({ kind: 'extend-handover', until: until(60) });
    const [moved] = await handovers.listOpen(unitId);
    expect(moved?.windowUntil).toBe(until(24 * 60));
    expect(moved?.silentUntil).toBe(until(60));
  });

  it('gives a conversation to one officer only', async () => {
    const { desk, open, unitId, accepted, handovers, until } = setUp();
    await open();
    const id = (await handovers.listOpen(unitId))[0]?.id ?? '';
    const outcomes = await Promise.allSettled([desk.take(id, 'lan'), desk.take(id, 'minh')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes[0]?.status === 'fulfilled' ? 'lan' : 'minh';
    await expect(desk.reply(id, winner === 'lan' ? 'minh' : 'lan', 'Chào')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(accepted.map(({ content }) => content)).toEqual([{ kind: 'owner-change', owner: 'person' }]);
    const at = until(0);
    expect(await handovers.assign(id, 'hoa', at, null)).toBeUndefined();
    expect(await handovers.assign(id, 'hoa', at, winner)).toMatchObject({ assignedTo: 'hoa' });
    await desk.reply(id, 'hoa', 'Chào anh/chị');
  });

  it('sends an officer’s words to the citizen, keeps them masked, and silences the bot', async () => {
    const { takenOver, desk, open, unitId, sent, accepted, handovers } = setUp();
    await open();
    const id = (await handovers.listOpen(unitId))[0]?.id ?? '';
    await desk.reply(id, 'lan', 'Số của tôi là 0901234567');
    expect(sent.map(({ body }) => body)).toMatchObject([
      { userId: 'user-of-the-platform', body: 'Số của tôi là 0901234567', part: 0 },
    ]);
    // A platform that does not give the conversation back is no reason to keep the words.
    expect(takenOver).toEqual(['user-of-the-platform']);
    expect(await handovers.messages(id)).toMatchObject([{ officer: 'lan', text: 'Số của tôi là ***' }]);
    expect(accepted.at(-1)).toMatchObject({
      userId: 'user-of-the-platform',
      content: { kind: 'staff-reply' },
    });
    // The delivery is found by the exchange under which the reply stands in the log.
    expect(sent[0]?.body.interactionId).toBe(interactionId(accepted.at(-1) as InboundEvent));
    await expect(desk.reply(id, 'lan', '   ')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(desk.reply(id, 'lan', 'x'.repeat(1_801))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('keeps a reply that is sent twice once', async () => {
    const { desk, open, unitId, sent, accepted, handovers } = setUp();
    await open();
    const id = (await handovers.listOpen(unitId))[0]?.id ?? '';
    const replyId = randomUUID();
    await desk.reply(id, 'lan', 'Chào anh/chị', replyId);
    await desk.reply(id, 'lan', 'Chào anh/chị', replyId);
    expect(await handovers.messages(id)).toHaveLength(1);
    // Queues know an item by its id.
    expect(new Set(sent.map((item) => item.id)).size).toBe(1);
    expect(new Set(accepted.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('counts the first answer, not the taking', async () => {
    const { open, happen, until, wait, unitId, handovers } = setUp();
    await open();
    wait(5);
    await happen({ kind: 'note-officer', reason: 'platform', until: until(60) });
    expect((await handovers.listOpen(unitId))[0]?.answeredAt).toBeNull();
    wait(5);
    await happen({ kind: 'note-officer', reason: 'officer-wrote', until: until(60) });
    const first = (await handovers.listOpen(unitId))[0]?.answeredAt;
    wait(5);
    await happen({ kind: 'note-officer', reason: 'officer-wrote', until: until(60) });
    expect((await handovers.listOpen(unitId))[0]?.answeredAt).toBe(first);
    expect(first).toBe('2026-11-20T02:10:00.000Z');
  });

  it('refuses a reply once the platform’s window is closed', async () => {
    const { desk, open, wait, unitId, handovers } = setUp();
    await open();
    const id = (await handovers.listOpen(unitId))[0]?.id ?? '';
    wait(24 * 60);
    await expect(desk.reply(id, 'lan', 'Chào')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('ends by the officer, the citizen or the time, and forgets the address', async () => {
    const { desk, open, happen, wait, handovers, unitId, until } = setUp();
    await open();
    const first = (await handovers.listOpen(unitId))[0]?.id ?? '';
    expect(Buffer.from((await handovers.address(first)) ?? []).toString()).not.toContain('user-of-the');
    await desk.giveBack(first, 'lan');
    expect(await handovers.read(first)).toMatchObject({ returnedBy: 'officer' });
    expect(await handovers.address(first)).toBeUndefined();
    await expect(desk.reply(first, 'lan', 'Chào')).rejects.toMatchObject({ code: 'conflict' });

    await open();
    const second = (await handovers.listOpen(unitId))[0]?.id ?? '';
    await happen({ kind: 'close-handover', by: 'citizen' });
    await happen({ kind: 'close-handover', by: 'time' });
    expect(await handovers.read(second)).toMatchObject({ returnedBy: 'citizen' });

    await open();
    const third = (await handovers.listOpen(unitId))[0]?.id ?? '';
    await handovers.closeOverdue(until(59));
    expect(await handovers.listOpen(unitId)).toHaveLength(1);
    wait(60);
    await handovers.closeOverdue(until(0));
    expect(await handovers.listOpen(unitId)).toEqual([]);
    expect(await handovers.read(third)).toMatchObject({ returnedBy: 'time' });
  });

  it('opens a hand-over when an officer writes first, and erases what officers wrote', async () => {
    const { desk, happen, until, unitId, handovers, forgotten } = setUp();
    await happen({ kind: 'note-officer', reason: 'officer-wrote', until: until(60) });
    const [entry] = await handovers.listOpen(unitId);
    expect(entry).toMatchObject({ reason: 'officer-wrote', answeredAt: entry?.openedAt });
    await desk.reply(entry?.id ?? '', 'lan', 'Chào');
    await happen({ kind: 'erase-citizen', by: 'citizen' });
    expect(await handovers.messages(entry?.id ?? '')).toEqual([]);
    // And what the channel keeps of it, but for what answers this request.
    expect(forgotten).toEqual([['user-of-the-platform', start.toISOString()]]);
  });
});
