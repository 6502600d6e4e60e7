import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '../../src/storage/sql/database.ts';
import { createHandoverStore } from '../../src/storage/sql/handover-store.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createUnitHandovers } from '../../src/storage/sql/unit-handovers.ts';
import { uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';
import { createWaitingCitizens } from '../support/waiting-citizens.ts';

jest.setTimeout(90_000);

describe.each(databaseKinds)('hand-overs of a unit on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  const setUp = () => {
    const unitId = uniqueId('unit');
    return {
      unitId,
      handovers: createUnitHandovers(database, unitId),
      citizens: createWaitingCitizens(database),
    };
  };
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  it('counts what is unanswered and says since when, until an officer writes', async () => {
    const { unitId, handovers, citizens } = setUp();
    const id = await citizens.ask({ unitId, at: minutesAgo(50) });
    const state = async () => {
      const [entry] = await handovers.listOpen();
      return [entry?.unanswered, entry?.waitingSince];
    };
    expect(await state()).toEqual([0, (await handovers.read(id))?.openedAt]);
    await citizens.log(id, { kind: 'text', receivedAt: minutesAgo(40) });
    await citizens.log(id, { kind: 'owner-change', receivedAt: minutesAgo(39) });
    expect(await state()).toEqual([1, (await handovers.read(id))?.openedAt]);

    await citizens.log(id, { kind: 'staff-reply', receivedAt: minutesAgo(30) });
    const entry = await handovers.read(id);
    await createHandoverStore(database).noteAnswer({
      ...{ id, unitId, channel: 'web', citizen: entry?.citizen ?? '', reason: 'officer-wrote', test: false },
      ...{
        at: minutesAgo(30),
        windowUntil: minutesAgo(0),
        silentUntil: minutesAgo(0),
        address: Buffer.alloc(1),
      },
    });
    expect(await state()).toEqual([0, null]);

    const asked = minutesAgo(20);
    await citizens.log(id, { kind: 'text', receivedAt: asked });
    await citizens.log(id, { kind: 'attachment', receivedAt: minutesAgo(10) });
    expect(await state()).toEqual([2, asked]);
  });

  it('lists who waits longest first, answered ones last, and no other unit’s', async () => {
    const { unitId, handovers, citizens } = setUp();
    await citizens.ask({ unitId: uniqueId('unit') });
    const short = await citizens.ask({ unitId, at: minutesAgo(5) });
    const long = await citizens.ask({ unitId, at: minutesAgo(60) });
    expect((await handovers.listOpen()).map(({ id }) => id)).toEqual([long, short]);
    expect(await createUnitHandovers(database, uniqueId('unit')).read(long)).toBeUndefined();
    expect(
      await createUnitHandovers(database, uniqueId('unit')).take(long, 'lan', minutesAgo(0)),
    ).toBeUndefined();
    expect(await createUnitHandovers(database, uniqueId('unit')).readTalk(long)).toBeUndefined();
  });

  it('is taken by one of many officers at once, and given away only by whoever has it', async () => {
    const { unitId, handovers, citizens } = setUp();
    const id = await citizens.ask({ unitId });
    const officers = Array.from({ length: 8 }, (_, index) => `officer-${index}`);
    const taken = await Promise.all(officers.map((officer) => handovers.take(id, officer, minutesAgo(0))));
    const winners = taken.filter((entry) => entry !== undefined);
    expect(winners).toHaveLength(1);
    const holder = winners[0]?.assignedTo ?? '';
    const given = await Promise.all(['a', 'b'].map((to) => handovers.assign(id, to, holder, minutesAgo(0))));
    expect(given.filter((entry) => entry !== undefined)).toHaveLength(1);
  });

  it('tells the conversation in order, each reply once, with what became of it', async () => {
    const { unitId, handovers, citizens } = setUp();
    const id = await citizens.ask({ unitId, at: minutesAgo(9), words: 'gặp cán bộ' });
    await citizens.log(id, { kind: 'text', receivedAt: minutesAgo(8), maskedText: 'alo' });
    await citizens.log(id, { kind: 'staff-reply', receivedAt: minutesAgo(7), maskedText: null });
    await citizens.log(id, { kind: 'text', receivedAt: minutesAgo(6), maskedText: null });
    await citizens.desk.reply(id, 'lan', 'Em đây ạ', randomUUID());
    const logged = citizens.sent[0]?.body.interactionId ?? '';
    await citizens.log(id, { id: logged, kind: 'staff-reply' });
    const lines = async () =>
      (await handovers.readTalk(id))?.lines.map((line) => [
        line.by,
        line.text,
        line.by === 'officer' ? [line.officer, line.delivery] : null,
      ]);
    const told = [
      ['citizen', 'gặp cán bộ', null],
      ['bot', 'Đã báo cán bộ.', null],
      ['citizen', 'alo', null],
      ['officer', null, [null, 'sent']],
      ['citizen', null, null],
    ];
    expect(await lines()).toEqual([...told, ['officer', 'Em đây ạ', ['lan', null]]]);
    await createInteractionStore(database).appendDeliveries([
      {
        interactionId: logged,
        unitId,
        part: 0,
        status: 'refused',
        at: minutesAgo(0),
        code: '-230',
        messageId: null,
      },
    ]);
    expect(await lines()).toEqual([...told, ['officer', 'Em đây ạ', ['lan', 'refused']]]);
  });

  it('put a trial after every citizen, however long it waits', async () => {
    const { unitId, handovers, citizens } = setUp();
    const trial = await citizens.ask({ unitId, at: minutesAgo(90), test: true });
    const citizen = await citizens.ask({ unitId, at: minutesAgo(5) });
    expect((await handovers.listOpen()).map(({ id }) => id)).toEqual([citizen, trial]);
  });
});
