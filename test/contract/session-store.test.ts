import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionStore } from '../../src/core/ports.ts';
import { newSession, type SessionState } from '../../src/core/session.ts';
import { createRedisClient, waitForRedis } from '../../src/storage/redis/client.ts';
import { createRedisSessionStore } from '../../src/storage/redis/session-store.ts';
import { createSqlSessionStore } from '../../src/storage/sql/session-store.ts';
import { silentLogger } from '../services/silent-logger.ts';
import { databaseKinds, serviceFromEnvironment } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

interface Opened {
  store: SessionStore;
  close(): Promise<void>;
}

const realClock = { now: () => new Date() };

const stores: { name: string; open: () => Promise<Opened> }[] = [
  ...databaseKinds.map(({ name, create }) => ({
    name: `SQL on ${name}`,
    open: async () => {
      const database = await create();
      return { store: createSqlSessionStore(database, realClock), close: () => database.close() };
    },
  })),
  {
    name: 'Redis',
    open: async () => {
      const client = createRedisClient(serviceFromEnvironment('TEST_REDIS_URL'), silentLogger);
      expect(await waitForRedis(client, 5_000)).toBe(true);
      return {
        store: createRedisSessionStore(client, silentLogger),
        close: async () => client.disconnect(),
      };
    },
  },
];

function aSession(): SessionState {
  return {
    ...newSession(new Date('2026-11-22T03:00:00Z')),
    topic: 'birth-registration',
    aspect: 'fee',
    history: [{ topic: 'marriage-registration', aspect: null }],
    options: [{ title: 'Đăng ký khai sinh', payload: 'topic:birth-registration' }],
    question: { kind: 'clarify', about: 'birth-registration', asked: 'giấy khai sinh cho con 🙂' },
    misses: 2,
  };
}

let counter = 0;
function aCitizen(): string {
  counter += 1;
  return `citizen-${process.pid}-${Date.now()}-${counter}`;
}

describe.each(stores)('session store: $name', ({ open }) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  it('knows nothing of a citizen who never wrote', async () => {
    expect(await opened.store.read(aCitizen())).toBeUndefined();
  });

  it('returns what was written, to the letter', async () => {
    const citizen = aCitizen();
    await opened.store.write(citizen, aSession(), 60);
    expect(await opened.store.read(citizen)).toEqual(aSession());
  });

  it('keeps only the last state', async () => {
    const citizen = aCitizen();
    await opened.store.write(citizen, aSession(), 60);
    await opened.store.write(citizen, { ...aSession(), topic: null, language: 'en' }, 60);
    expect(await opened.store.read(citizen)).toEqual({ ...aSession(), topic: null, language: 'en' });
  });

  it('keeps citizens apart', async () => {
    const [one, other] = [aCitizen(), aCitizen()];
    await opened.store.write(one, aSession(), 60);
    expect(await opened.store.read(other)).toBeUndefined();
    await opened.store.write(other, { ...aSession(), misses: 0 }, 60);
    expect((await opened.store.read(one))?.misses).toBe(2);
  });

  it('forgets on request, also what is not there', async () => {
    const citizen = aCitizen();
    await opened.store.write(citizen, aSession(), 60);
    await opened.store.remove(citizen);
    await opened.store.remove(citizen);
    expect(await opened.store.read(citizen)).toBeUndefined();
  });

  it('forgets when the time is over, counted from the last write', async () => {
    const citizen = aCitizen();
    await opened.store.write(citizen, aSession(), 1);
    await sleep(700);
    await opened.store.write(citizen, aSession(), 1);
    await sleep(700);
    expect(await opened.store.read(citizen)).toEqual(aSession());
    await sleep(700);
    expect(await opened.store.read(citizen)).toBeUndefined();
  });

  it('stores a state in which a hostile message left half a character', async () => {
    const citizen = aCitizen();
    const hostile = aSession();
    hostile.question = { kind: 'clarify', about: 'x', asked: 'a\u0000b\ud800c' };
    await opened.store.write(citizen, hostile, 60);
    expect((await opened.store.read(citizen))?.question?.about).toBe('x');
  });
});
