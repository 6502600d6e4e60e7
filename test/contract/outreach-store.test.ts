import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OutreachFacts } from '../../src/core/outreach.ts';
import { makeOutreachCode } from '../../src/core/outreach-code.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createOutreachStore } from '../../src/storage/sql/outreach-store.ts';
import { anInteraction, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

jest.setTimeout(90_000);

const at = '2026-11-20T02:00:00.000Z';
const later = '2026-11-21T02:00:00.000Z';

const meeting: OutreachFacts = {
  kind: 'meeting',
  title: 'Họp tổ dân phố 3: nộp hồ sơ trực tuyến',
  day: '2026-11-18',
  place: 'Nhà văn hóa khu phố 3',
  audience: 'Người dân khu phố 3',
  link: 'https://phuong.example/tin/1',
  topic: 'submit-online',
  reached: 120,
};

describe.each(databaseKinds)('the outreach register on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  const newCode = () => makeOutreachCode(randomBytes(7));
  const ofNewUnit = () => {
    const unitId = uniqueId('unit');
    return { unitId, register: createOutreachStore(database, unitId) };
  };

  it('keeps an item as it was written, with who wrote and changed it', async () => {
    const { register } = ofNewUnit();
    const code = newCode();
    expect(await register.add(code, meeting, 'lan', at)).toBe(true);
    expect(await register.update(code, { ...meeting, reached: null, place: null }, 'hoa', later)).toBe(true);
    expect(await register.read(code)).toEqual({
      ...meeting,
      ...{ code, reached: null, place: null, withdrawnAt: null, attachment: null },
      ...{ createdAt: at, createdBy: 'lan', updatedAt: later, updatedBy: 'hoa' },
    });
  });

  it('refuses a code that another unit has, and shows no unit the items of another', async () => {
    const [one, other] = [ofNewUnit().register, ofNewUnit().register];
    const code = newCode();
    await one.add(code, meeting, 'lan', at);
    expect(await other.add(code, meeting, 'hoa', at)).toBe(false);
    expect(await other.read(code)).toBeUndefined();
    expect(await other.list({ withWithdrawn: true })).toEqual([]);
    expect(await other.update(code, { ...meeting, title: 'khác' }, 'hoa', at)).toBe(false);
    expect(await other.setWithdrawn(code, at, 'hoa', at)).toBe(false);
    await other.setFile(code, { name: 'x.png', type: 'image/png', body: Buffer.from([1]) });
    expect(await one.read(code)).toMatchObject({ title: meeting.title, withdrawnAt: null, attachment: null });
  });

  it('lists by day and kind, newest first, without what was withdrawn', async () => {
    const { register } = ofNewUnit();
    const [first, second, third] = [newCode(), newCode(), newCode()];
    await register.add(first, { ...meeting, day: '2026-10-31' }, 'lan', at);
    await register.add(second, { ...meeting, day: '2026-11-01', kind: 'article' }, 'lan', at);
    await register.add(third, { ...meeting, day: '2026-11-30' }, 'lan', at);
    const codes = async (filter: Parameters<typeof register.list>[0]) =>
      (await register.list(filter)).map(({ code }) => code);
    expect(await codes({})).toEqual([third, second, first]);
    expect(await codes({ firstDay: '2026-11-01', lastDay: '2026-11-30' })).toEqual([third, second]);
    expect(await codes({ kind: 'article' })).toEqual([second]);
    await register.setWithdrawn(third, later, 'hoa', later);
    expect(await codes({})).toEqual([second, first]);
    expect(await codes({ withWithdrawn: true })).toEqual([third, second, first]);
    await register.setWithdrawn(third, null, 'hoa', later);
    expect(await codes({})).toEqual([third, second, first]);
  });

  it('counts citizens once, interactions and answers each, and no test traffic', async () => {
    const { register, unitId } = ofNewUnit();
    const code = newCode();
    const log = (given: Parameters<typeof anInteraction>[0]) =>
      anInteraction({ unitId, outreach: code, ...given });
    await createInteractionStore(database).append([
      log({ citizen: 'c-1', kind: 'start', decision: 'smalltalk' }),
      log({ citizen: 'c-1', kind: 'text', decision: 'answer' }),
      log({ citizen: 'c-2', kind: 'text', decision: 'fallback', receivedAt: '2026-10-21T03:00:00.000Z' }),
      log({ citizen: 'c-2', kind: 'staff-reply', decision: 'silent' }),
      log({ citizen: 'c-3', test: true }),
      anInteraction({ unitId, citizen: 'c-4' }),
      anInteraction({ unitId: uniqueId('unit'), citizen: 'c-5', outreach: code }),
    ]);
    expect(await register.countCame()).toEqual([{ code, citizens: 2, interactions: 3, answers: 1 }]);
    const october21 = { from: new Date('2026-10-20T17:00:00Z'), to: new Date('2026-10-21T17:00:00Z') };
    expect(await register.countCame(october21)).toEqual([{ code, citizens: 1, interactions: 1, answers: 0 }]);
  });

  it('keeps one file an item, byte for byte', async () => {
    const { register } = ofNewUnit();
    const code = newCode();
    await register.add(code, meeting, 'lan', at);
    const body = randomBytes(3_000);
    await register.setFile(code, { name: 'biên bản.pdf', type: 'application/pdf', body: randomBytes(5) });
    await register.setFile(code, { name: 'ảnh.png', type: 'image/png', body });
    expect((await register.read(code))?.attachment).toEqual({
      name: 'ảnh.png',
      type: 'image/png',
      bytes: 3_000,
    });
    const file = await register.readFile(code);
    expect(Buffer.from(file?.body ?? []).equals(body)).toBe(true);
    await register.setFile(code, null);
    expect(await register.readFile(code)).toBeUndefined();
  });
});
