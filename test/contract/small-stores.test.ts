import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuditStore } from '../../src/storage/sql/audit-store.ts';
import { createConsentStore } from '../../src/storage/sql/consent-store.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { createInteractionStore } from '../../src/storage/sql/interaction-store.ts';
import { createSqlLeases } from '../../src/storage/sql/leases.ts';
import { migrate } from '../../src/storage/sql/migrate.ts';
import { createSendMarkStore } from '../../src/storage/sql/send-mark-store.ts';
import { createSettingStore } from '../../src/storage/sql/setting-store.ts';
import { createWebMessageStore } from '../../src/storage/sql/web-message-store.ts';
import { testBox, uniqueId } from '../services/storage-fixtures.ts';
import { databaseKinds } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

describe.each(databaseKinds)('small stores on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  const aMessage = () => ({ interactionId: uniqueId('interaction'), part: 0 });

  it('send marks: tell on a retry what the log or an earlier mark knows of the attempt before', async () => {
    const marks = createSendMarkStore(database);
    const [sent, refused, lost, fresh] = [aMessage(), aMessage(), aMessage(), aMessage()];
    expect(await marks.begin([lost])).toEqual([undefined]);
    // A first attempt leaves no mark: how it ended stands in the log.
    const ended = { unitId: 'thu', at: new Date().toISOString(), code: null, messageId: null };
    await createInteractionStore(database).appendDeliveries([
      { ...ended, ...sent, status: 'unknown' },
      { ...ended, ...sent, status: 'sent', messageId: 'm-1' },
      { ...ended, ...sent, status: 'refused', part: 1 },
      { ...ended, ...refused, status: 'refused' },
    ]);
    expect(await marks.begin([lost, sent, refused, fresh])).toEqual([
      { attempts: 1, status: null, messageId: null },
      { attempts: 0, status: 'sent', messageId: 'm-1' },
      { attempts: 0, status: 'refused', messageId: null },
      undefined,
    ]);
    // What was sent stays sent, whatever begins after it.
    expect(await marks.begin([sent])).toEqual([{ attempts: 1, status: 'sent', messageId: 'm-1' }]);
  });

  it('send marks: a failed attempt that is begun again is unknown until it ends', async () => {
    const marks = createSendMarkStore(database);
    const message = aMessage();
    await marks.begin([message]);
    await marks.end([{ ...message, status: 'failed', code: '500' }]);
    expect((await marks.begin([message]))[0]?.status).toBe('failed');
    expect((await marks.begin([message]))[0]?.status).toBeNull();
  });

  it('send marks: forget the old ones only', async () => {
    const marks = createSendMarkStore(database);
    const [old, recent] = [aMessage(), aMessage()];
    await marks.begin([old, recent]);
    await database.query(`update send_mark set begun_at = begun_at - interval '8 days' where key = $1`, [
      `${old.interactionId}:0`,
    ]);
    await marks.purge(7);
    expect((await marks.begin([old, recent])).map((mark) => mark?.attempts)).toEqual([undefined, 1]);
  });

  it('leases: one holder at a time, free after the work or its failure', async () => {
    const [one, other] = [createSqlLeases(database), createSqlLeases(database)];
    const name = uniqueId('lease');
    const inner = await one.tryRun(name, () => other.tryRun(name, async () => 'never'));
    expect(inner).toEqual({ ran: true, result: { ran: false } });
    await expect(one.tryRun(name, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await other.tryRun(name, async () => 'now')).toEqual({ ran: true, result: 'now' });
  });

  it('leases: one from a clock that had jumped ahead blocks nobody, one that is renewed soon does', async () => {
    const leases = createSqlLeases(database);
    const take = async (ends: string) => {
      const name = uniqueId('lease');
      await database.query(
        `insert into lease (name, holder, expires_at) values ($1, gen_random_uuid(), clock_timestamp() + $2::interval)`,
        [name, ends],
      );
      return (await leases.tryRun(name, async () => undefined)).ran;
    };
    expect(await take('7 hours')).toBe(true);
    expect(await take('40 seconds')).toBe(false);
  });

  it('leases: only one of many that try at once', async () => {
    const name = uniqueId('lease');
    let refused = 0;
    // The holder works until all others were refused.
    const untilRefused = async () => {
      while (refused < 7) await sleep(5);
    };
    const results = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const result = await createSqlLeases(database).tryRun(name, untilRefused);
        if (!result.ran) refused += 1;
        return result;
      }),
    );
    expect(results.filter(({ ran }) => ran)).toHaveLength(1);
  });

  it('settings: read, write, write once, remove', async () => {
    const settings = createSettingStore(database);
    const key = uniqueId('setting');
    expect(await settings.read(key)).toBeUndefined();
    expect(await settings.writeOnce(key, { n: 1 })).toEqual({ n: 1 });
    expect(await settings.writeOnce(key, { n: 2 })).toEqual({ n: 1 });
    await settings.write(key, ['x', null]);
    expect(await settings.read(key)).toEqual(['x', null]);
    await settings.remove(key);
    expect(await settings.read(key)).toBeUndefined();
  });

  it('consent: the last decision counts and the earlier ones stay', async () => {
    const consents = createConsentStore(database);
    const citizen = uniqueId('citizen');
    expect(await consents.latest(citizen)).toBeUndefined();
    const first = {
      unitId: 'hang-gon',
      channel: 'web',
      citizen,
      decision: 'granted' as const,
      noticeVersion: '1',
      at: '2026-11-22T01:00:00.000Z',
    };
    await consents.append(first);
    expect(await consents.latest(citizen)).toEqual(first);
    await consents.append({ ...first, decision: 'withdrawn', at: '2026-11-22T02:00:00.000Z' });
    expect((await consents.latest(citizen))?.decision).toBe('withdrawn');
    const { rows } = await database.query('select 1 from consent where citizen = $1', [citizen]);
    expect(rows).toHaveLength(2);
  });

  it('web messages: the newest of each visitor in one question', async () => {
    const messages = createWebMessageStore(database, testBox);
    const [busy, quiet, silent] = [uniqueId('visitor'), uniqueId('visitor'), uniqueId('visitor')];
    for (const visitor of [busy, quiet, busy]) {
      await messages.add(visitor, uniqueId('message'), { text: 'a', buttons: [] });
    }
    const [first, last] = await messages.after(busy, 0);
    const newest = await messages.newest([busy, quiet, silent]);
    expect([...newest.keys()].sort()).toEqual([busy, quiet].sort());
    expect(newest.get(busy)).toBe(last?.sequence);
    expect(newest.get(busy)).toBeGreaterThan(first?.sequence ?? 0);
  });

  it('web messages: no word of them is readable in the table', async () => {
    const messages = createWebMessageStore(database, testBox);
    const visitor = uniqueId('visitor');
    const message = { text: 'Hồ sơ của anh Lê Tấn đã xong', buttons: [{ title: 'Cảm ơn' }] };
    await messages.add(visitor, uniqueId('message'), message);
    const { rows } = await database.query<{ row: string; sealed: Uint8Array }>(
      'select to_jsonb(w)::text as row, sealed from web_message w where visitor = $1',
      [visitor],
    );
    const stored = (rows[0]?.row ?? '') + Buffer.from(rows[0]?.sealed ?? []).toString('utf8');
    expect(stored).toContain(visitor);
    expect(stored).not.toMatch(/Lê Tấn|Cảm ơn/);
    expect(await messages.after(visitor, 0)).toMatchObject([message]);
  });

  it('web messages: those of the version before are still told', async () => {
    const messages = createWebMessageStore(database, testBox);
    const visitor = uniqueId('visitor');
    await database.query('insert into web_message (visitor, id, text, buttons) values ($1, $2, $3, $4)', [
      visitor,
      uniqueId('message'),
      'chào',
      '[]',
    ]);
    expect(await messages.after(visitor, 0)).toMatchObject([{ text: 'chào', buttons: [] }]);
  });

  it('web messages: what was said to one visitor before is forgotten, and nothing else', async () => {
    const messages = createWebMessageStore(database, testBox);
    const [one, other] = [uniqueId('visitor'), uniqueId('visitor')];
    for (const visitor of [one, other]) {
      await messages.add(visitor, uniqueId('message'), { text: 'before', buttons: [] });
    }
    const { rows } = await database.query<{ now: Date }>('select clock_timestamp() as now');
    await messages.add(one, uniqueId('message'), { text: 'after', buttons: [] });
    await messages.forget(one, rows[0]?.now.toISOString() ?? '');
    // The driver gives milliseconds: what came within the same one is kept.
    expect((await messages.after(one, 0)).map(({ text }) => text).at(-1)).toBe('after');
    expect(await messages.after(other, 0)).toHaveLength(1);
    await messages.forget(one, new Date(Date.now() + 60_000).toISOString());
    expect(await messages.after(one, 0)).toEqual([]);
  });

  it('audit: newest first, page by page', async () => {
    const audit = createAuditStore(database);
    const subject = uniqueId('topic');
    for (const n of [1, 2, 3]) {
      await audit.append({
        at: '2026-11-22T01:00:00.000Z',
        actor: 'editor',
        unitId: null,
        action: 'content.publish',
        subject,
        before: null,
        after: { n },
      });
    }
    const firstPage = await audit.list({ limit: 2 });
    expect(firstPage.map(({ after }) => after)).toEqual([{ n: 3 }, { n: 2 }]);
    const next = await audit.list({ limit: 1, before: firstPage[1]?.seq ?? 0 });
    expect(next[0]).toMatchObject({
      after: { n: 1 },
      before: null,
      unitId: null,
      at: '2026-11-22T01:00:00.000Z',
    });
  });

  it('transactions: all or nothing', async () => {
    const key = uniqueId('setting');
    await expect(
      database.transaction(async (tx) => {
        await createSettingStore(tx).write(key, 1);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await createSettingStore(database).read(key)).toBeUndefined();
    await database.transaction((tx) => createSettingStore(tx).write(key, 2));
    expect(await createSettingStore(database).read(key)).toBe(2);
  });

  it('migrations: run once however many start, and refuse the database of a newer version', async () => {
    expect(await Promise.all([migrate(database), migrate(database)])).toEqual([[], []]);
    const extra = [{ name: '9999-extra', sql: 'create table extra (n int); insert into extra values (1);' }];
    const all = async () =>
      migrate(database, [
        ...(await (await import('../../src/storage/sql/migrate.ts')).loadMigrations()),
        ...extra,
      ]);
    const results = await Promise.all([all(), all()]);
    expect(results.flat()).toEqual(['9999-extra']);
    await expect(migrate(database)).rejects.toMatchObject({ code: 'configuration' });
  });
});
