import { beforeAll, describe, expect, it } from '@jest/globals';
import { readReferral } from '../../../src/conversation/read-referral.ts';
import type { Understanding } from '../../../src/core/understood.ts';
import { loadContent, Talk, type World } from '../../support/conversation.ts';

const code = 'ttbcghkm2';
const mark = { code, topic: 'birth-registration' };
/** What is understood does not matter here. */
const understandsNothing: Understanding = {
  version: 'none',
  understand: () => ({
    ...{ decision: 'fallback', topic: null, aspect: null, aspects: [], confidence: 0, candidates: [] },
    ...{ confusable: null, sensitive: null, also: [], language: 'vi', entities: [], explanation: [] },
  }),
  spellOut: (text: string) => text,
  confusableSet: () => undefined,
};
let world: World;

beforeAll(async () => {
  world = { ...(await loadContent()), understanding: understandsNothing };
});

describe('coming through an outreach item', () => {
  it('is remembered for the conversation that began there and for no later one', () => {
    const talk = new Talk(world);
    expect(talk.send({ kind: 'start', ref: code }, mark).session.outreach).toBe(code);
    talk.wait(10);
    expect(talk.say('xin chào').session.outreach).toBe(code);
    talk.wait(31);
    expect(talk.say('xin chào').session.outreach).toBeNull();
  });

  it('is not believed from the link alone', () => {
    expect(new Talk(world).send({ kind: 'start', ref: code }).session.outreach).toBeNull();
  });

  it('offers the topic of the item first', () => {
    const plan = new Talk(world).send({ kind: 'start', ref: code }, mark);
    expect(plan.reply.buttons[0]).toMatchObject({
      title: world.library.topics.get('birth-registration')?.title.vi,
    });
    const titles = plan.reply.buttons.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('greets someone who typed the code, but not while an officer speaks', () => {
    const talk = new Talk(world);
    const typed = talk.send({ kind: 'text', text: code }, mark);
    expect([typed.topic, typed.session.outreach]).toEqual(['greeting', code]);
    talk.send({ kind: 'owner-change', owner: 'person' });
    expect(talk.send({ kind: 'text', text: code }, mark).decision).toBe('silent');
  });
});

describe('reading a referral', () => {
  const find = async (unitId: string, given: string) =>
    unitId === 'thu-nghiem' && given === code ? mark : undefined;

  it('finds the item by link and by typed code, in its own unit only', async () => {
    const unitId = 'thu-nghiem';
    expect(await readReferral({ unitId, content: { kind: 'start', ref: code } }, find)).toEqual(mark);
    expect(await readReferral({ unitId, content: { kind: 'text', text: ' TT BCGHKM2 ' } }, find)).toEqual(
      mark,
    );
    expect(
      await readReferral({ unitId: 'khac', content: { kind: 'start', ref: code } }, find),
    ).toBeUndefined();
  });

  it.each(['', "'; drop table outreach_item; --", '<script>', 'x'.repeat(5_000), 'ttbcghkm3'])(
    'makes nothing of %j',
    async (ref) => {
      expect(
        await readReferral({ unitId: 'thu-nghiem', content: { kind: 'start', ref } }, find),
      ).toBeUndefined();
    },
  );
});
