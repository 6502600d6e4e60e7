import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WebMailbox, type OpenPage } from '../../../../src/channels/web/mailbox.ts';

/** A database that counts how often it is asked, and what a page was told. */
function createScene() {
  const newest = new Map<string, number>();
  const asked: string[][] = [];
  const faults: unknown[] = [];
  let isAway = false;
  const mailbox = new WebMailbox(
    {
      add: async (visitor) => void newest.set(visitor, (newest.get(visitor) ?? 0) + 1),
      after: async () => [],
      forget: async () => undefined,
      newest: async (visitors) => {
        asked.push([...visitors]);
        if (isAway) throw new Error('the database is away');
        return new Map([...newest].filter(([visitor]) => visitors.includes(visitor)));
      },
    },
    (error) => faults.push(error),
  );
  const openPage = (visitor: string, last = 0) => {
    const page = { visitor, last: () => last, deliver: jest.fn(), close: jest.fn() } satisfies OpenPage;
    return { ...page, stop: mailbox.open(page) };
  };
  return { mailbox, newest, asked, faults, openPage, setAway: (away: boolean) => (isAway = away) };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('WebMailbox', () => {
  it('asks once a second for all open pages, however many, and not at all when none is open', async () => {
    const scene = createScene();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(scene.asked).toEqual([]);
    const pages = [...Array(500).keys()].map((index) => scene.openPage(`visitor-${index % 100}`));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(scene.asked).toHaveLength(3);
    expect(scene.asked[0]).toHaveLength(100);
    for (const page of pages) page.stop();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(scene.asked).toHaveLength(3);
  });

  it('tells the pages of a visitor at once of what arrives here, and within a second of what arrives elsewhere', async () => {
    const scene = createScene();
    const [mine, other] = [scene.openPage('mine'), scene.openPage('other', 7)];
    await scene.mailbox.post('mine', 'id', { text: 'a', buttons: [] });
    expect([mine.deliver.mock.calls.length, other.deliver.mock.calls.length]).toEqual([1, 0]);
    scene.newest.set('other', 7);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(other.deliver).not.toHaveBeenCalled();
    scene.newest.set('other', 8);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(other.deliver).toHaveBeenCalledTimes(1);
  });

  it('closes the oldest page of a visitor who opens more than a person does, and no one else’s', () => {
    const scene = createScene();
    const other = scene.openPage('other');
    const pages = [...Array(10).keys()].map(() => scene.openPage('mine'));
    expect(pages.map(({ close }) => close.mock.calls.length)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(other.close).not.toHaveBeenCalled();
    // One that is closed already makes room.
    pages[9]?.stop();
    scene.openPage('mine');
    expect(pages[2]?.close).not.toHaveBeenCalled();
  });

  it('looks again after a second in which the database was away', async () => {
    const scene = createScene();
    const page = scene.openPage('mine');
    scene.newest.set('mine', 1);
    scene.setAway(true);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([scene.faults.length, page.deliver.mock.calls.length]).toEqual([1, 0]);
    scene.setAway(false);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(page.deliver).toHaveBeenCalledTimes(1);
  });
});
