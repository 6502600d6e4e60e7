import { beforeAll, describe, expect, it } from '@jest/globals';
import { createWebChannel } from '../../src/channels/web/channel.ts';
import { WebMailbox } from '../../src/channels/web/mailbox.ts';
import { formatForMessenger } from '../../src/channels/messenger/format.ts';
import { formatForZalo } from '../../src/channels/zalo/format.ts';
import type { Plan } from '../../src/conversation/turn.ts';
import { buttonTitleLimit } from '../../src/core/reply.ts';
import { loadWorld, Talk, textOf, type World } from '../support/conversation.ts';
import { contentOf, expectedOf, readScripts, type Script } from '../support/conversation-script.ts';

const scripts = readScripts();
let world: World;

beforeAll(async () => {
  world = await loadWorld();
}, 120_000);

/** Plays a script and returns each turn with what the bot made of it. */
function play(script: Script): { plan: Plan; turn: Script['turns'][number] }[] {
  const talk = new Talk(world, script.unit === undefined ? {} : { unitId: script.unit });
  return script.turns.map((turn) => {
    if (turn.wait !== undefined) talk.wait(turn.wait);
    if (turn.at !== undefined) talk.now = new Date(turn.at);
    const content = contentOf(turn);
    const plan = content === undefined ? talk.press(turn.press ?? '') : talk.send(content);
    return { plan, turn };
  });
}

describe.each(scripts.map((script) => [`${script.file} ${script.name}`, script] as const))(
  'conversation %s',
  (_, script) => {
    it('goes as written', () => {
      for (const { plan, turn } of play(script)) {
        const said = turn.say ?? turn.press ?? turn.say_long ?? turn.send?.kind;
        const expected = expectedOf(turn);
        const got = (['decision', 'topic', 'aspect'] as const).map((part) =>
          expected[part] === undefined ? undefined : plan[part],
        );
        expect({ said, got }).toEqual({ said, got: [expected.decision, expected.topic, expected.aspect] });
        for (const part of turn.has ?? []) expect({ said, text: textOf(plan) }).toEqual({ said, text: expect.stringContaining(part) });
        for (const part of turn.lacks ?? []) expect(textOf(plan)).not.toContain(part);
        const titles = plan.reply.buttons.map((button) => button.title);
        expect(titles).toEqual(expect.arrayContaining(turn.buttons ?? []));
        expect(plan.effects.map(({ kind }) => kind)).toEqual(turn.effects ?? []);
      }
    });

    it('fits every channel without losing a word or a choice', () => {
      for (const { plan } of play(script)) expectToFit(plan);
    });
  },
);

const web = createWebChannel(new WebMailbox({
    add: async () => {},
    after: async () => [],
    newest: async () => new Map(),
    forget: async () => {},
  }));

function expectToFit({ reply }: Plan): void {
  if (reply.sections.length === 0) {
    expect(reply.buttons).toEqual([]);
    return;
  }
  expect(reply.sections.every((section) => section.trim() !== '')).toBe(true);
  for (const button of reply.buttons) expect(button.title.length).toBeLessThanOrEqual(buttonTitleLimit);
  for (const messages of [formatForZalo(reply), formatForMessenger(reply), web.format(reply)]) {
    const wire = JSON.stringify(messages);
    for (const button of reply.buttons) expect(wire).toContain(JSON.stringify(button.title).slice(1, -1));
  }
  for (const { text, buttons } of formatForZalo(reply)) {
    expect(text.length).toBeLessThan(2_000);
    expect(buttons.length).toBeLessThanOrEqual(5);
  }
}

describe('the collection', () => {
  it('holds what was promised', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(120);
    expect(scripts.filter(({ outcome }) => outcome !== undefined).length).toBeGreaterThanOrEqual(40);
    expect(new Set(scripts.map(({ name }) => name)).size).toBe(scripts.length);
    expect(scripts.filter(({ turns }) => turns.length < 3).map(({ name }) => name)).toEqual([]);
  });
});
