import { describe, expect, it } from '@jest/globals';
import type { StaffSession, StaffSessionStore, StaffUser } from '../../../src/core/staff.ts';
import { createSessions } from '../../../src/staff/sessions.ts';

/** A store as the contract has it, whose every update first lets another request pass. */
function createStore() {
  const kept = new Map<string, string>();
  const meanwhile: (() => Promise<unknown>)[] = [];
  const store: StaffSessionStore = {
    async read(key) {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as StaffSession);
    },
    async create(key, session) {
      kept.set(key, JSON.stringify(session));
    },
    async update(key, read, next) {
      await meanwhile.shift()?.();
      if (kept.get(key) !== JSON.stringify(read)) return false;
      kept.set(key, JSON.stringify(next));
      return true;
    },
    async take(key) {
      const session = await store.read(key);
      kept.delete(key);
      return session;
    },
  };
  return { store, kept, meanwhile };
}

const user = { id: 'u-1', epoch: 1 } as StaffUser;

async function begin() {
  let now = new Date('2026-11-29T02:00:00Z');
  const { store, kept, meanwhile } = createStore();
  const sessions = createSessions(store, { now: () => now });
  const key = await sessions.begin(user, false);
  now = new Date('2026-11-29T02:16:00Z');
  const session = await sessions.find(key);
  if (session === undefined) throw new Error('the session did not begin');
  return { sessions, kept, meanwhile, key, session };
}

describe('signing out', () => {
  it.each(['a page that renews the key', 'a request that only notes its time'])(
    'is not undone by %s',
    async (what) => {
      const { sessions, kept, meanwhile, key, session } = await begin();
      meanwhile.push(() => sessions.end(key));
      expect(await sessions.touch(key, session, what.includes('renews'))).toBeUndefined();
      expect(kept.size).toBe(0);
    },
  );

  it('ends the new key too, by the old one and by the new one', async () => {
    for (const which of ['old', 'new']) {
      const { sessions, kept, key, session } = await begin();
      const next = (await sessions.touch(key, session, true)) ?? '';
      expect(kept.size).toBe(2);
      await sessions.end(which === 'old' ? key : next);
      expect(kept.size).toBe(0);
    }
  });

  it('is not undone by a second factor that is given at the same time', async () => {
    const { sessions, kept, meanwhile, key } = await begin();
    meanwhile.push(() => sessions.end(key));
    expect(await sessions.promote(key, { secondFactor: true })).toBeUndefined();
    expect(kept.size).toBe(0);
    const other = await begin();
    const next = await other.sessions.promote(other.key, { secondFactor: true });
    await other.sessions.end(other.key);
    expect([next !== undefined, other.kept.size]).toEqual([true, 0]);
  });
});

describe('a key that was renewed', () => {
  it('is renewed by one of two requests at once, and not made young again by the other', async () => {
    const { sessions, meanwhile, key, session } = await begin();
    let first: string | undefined;
    meanwhile.push(async () => {
      first = await sessions.touch(key, session, true);
    });
    expect(await sessions.touch(key, session, true)).toBeUndefined();
    expect(first).toBeDefined();
    expect((await sessions.find(key))?.replaced).toBe(true);
  });

  it('grows although another request notes its time meanwhile', async () => {
    const { sessions, meanwhile, key, session } = await begin();
    meanwhile.push(() => sessions.touch(key, session, false));
    const next = await sessions.promote(key, { secondFactor: true });
    expect((await sessions.find(next ?? ''))?.secondFactor).toBe(true);
    expect((await sessions.find(key))?.secondFactor).toBe(false);
  });
});

describe('a session that began while the clock was wrong', () => {
  const beganAt = new Date('2026-11-29T02:00:00Z');

  it.each([
    ['a year ahead', -365 * 24 * 60, false],
    ['seven hours ahead', -7 * 60, false],
    ['four minutes ahead, as clocks of two machines may be', -4, true],
    ['right', 5, true],
  ])('%s', async (_name, minutesLater, lasts) => {
    let now = beganAt;
    const sessions = createSessions(createStore().store, { now: () => now });
    const key = await sessions.begin(user, false);
    now = new Date(beganAt.getTime() + minutesLater * 60_000);
    expect((await sessions.find(key)) !== undefined).toBe(lasts);
  });
});
