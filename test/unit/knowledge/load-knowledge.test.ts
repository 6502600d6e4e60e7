import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadLibrary } from '../../../src/content/load-library.ts';
import { contentChange } from '../../../src/content/overlay/content-change.ts';
import { followKnowledge } from '../../../src/knowledge/follow-knowledge.ts';
import { loadKnowledge, type KnowledgeSources } from '../../../src/knowledge/load-knowledge.ts';
import { silentLogger } from '../../services/silent-logger.ts';
import { sharedModelCache } from '../../support/model.ts';

const root = resolve(import.meta.dirname, '../../..');
const paths = {
  contentDir: join(root, 'content'),
  unitsDir: join(root, 'content/units'),
  intentsDir: join(root, 'intents'),
};

function aFee(topic: string, text: string) {
  return contentChange.parse({
    kind: 'section',
    topic,
    aspect: 'fee',
    entries: [{ text: { vi: text, en: 'New fee.' } }],
    sources: [{ id: 'moi', kind: 'law', where: 'Thông tư thử', date: '2026-11-20' }],
    reviewed: '2026-11-20',
    reviewed_by: 'Lan',
    review_by: '2027-05-20',
  });
}

function sourcesWith(changes: { id: string; change: unknown }[]): KnowledgeSources {
  return {
    ...paths,
    cacheDir: sharedModelCache,
    bubbleLimitChars: 1_900,
    loadLibrary: (overlay) => loadLibrary(paths.contentDir, paths.unitsDir, overlay),
    catalogue: { state: async () => undefined, readAll: async function* () {} },
    training: {
      mark: async () => '7/0',
      inForce: async () => ({ version: 7, examples: [] }),
    },
    changes: { inForce: async () => changes, mark: async () => changes.map(({ id }) => id).join() },
    clock: { now: () => new Date('2026-11-22T02:00:00Z') },
    logger: silentLogger,
  };
}

describe('loading what is published', () => {
  it('takes sound changes over and sets a broken one aside, at a start and while serving', async () => {
    const sources = sourcesWith([
      { id: 'sound', change: aFee('passport', 'Phí mới là 1 đồng.') },
      { id: 'too-long', change: aFee('certify-copy', 'dài quá '.repeat(200)) },
      { id: 'of-tomorrow', change: { kind: 'a form of a later version' } },
    ]);
    const served = await loadKnowledge(sources, undefined);
    expect(served.setAside).toEqual(['too-long']);
    expect(served.library.topics.get('passport')?.sections.fee?.[0]?.text?.vi).toBe('Phí mới là 1 đồng.');
    expect(served.library.topics.get('certify-copy')?.sections.fee?.[0]?.text?.vi).not.toContain('dài quá');
    expect(served.mark).toBe('7/0:sound,too-long,of-tomorrow');

    const files = await loadLibrary(paths.contentDir, paths.unitsDir);
    const started = await loadKnowledge(sourcesWith([]), files);
    expect(started.library).toBe(files);
  }, 240_000);
});

describe('following what is published', () => {
  it('takes over what is announced or found, once, and tries again later what failed', async () => {
    let mark = 'a';
    let sound = true;
    let reloads = 0;
    let announce = () => {};
    const stop = await followKnowledge({
      readMark: async () => mark,
      servedMark: () => 'a',
      reload: async () => {
        reloads += 1;
        return sound;
      },
      listen: async (onChange) => {
        announce = onChange;
        return async () => {};
      },
      logger: silentLogger,
      lookEveryMs: 10,
    });
    const until = async (count: number) => {
      for (let waits = 0; reloads < count; waits += 1) {
        if (waits > 1_000) throw new Error(`${reloads} of ${count} reloads`);
        await new Promise((resolveWait) => setTimeout(resolveWait, 5));
      }
    };
    mark = 'b';
    announce();
    await until(1);
    mark = 'c';
    await until(2);
    sound = false;
    mark = 'd';
    await until(3);
    // What failed is left alone until something else is published.
    await new Promise((resolveWait) => setTimeout(resolveWait, 60));
    expect(reloads).toBe(3);
    sound = true;
    mark = 'e';
    await until(4);
    await stop();
  });
});
