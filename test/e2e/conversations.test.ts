import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatForMessenger } from '../../src/channels/messenger/format.ts';
import { createWebChannel } from '../../src/channels/web/channel.ts';
import { WebMailbox } from '../../src/channels/web/mailbox.ts';
import { formatForZalo } from '../../src/channels/zalo/format.ts';
import type { Reply } from '../../src/core/reply.ts';
import { loadWorld, Talk, usualNow, type World } from '../support/conversation.ts';
import { contentOf, readScripts, type Script, type ScriptedTurn } from '../support/conversation-script.ts';
import { openWebChat, phoneOn, type Bubble, type Phone } from './support/phones.ts';
import { projectDir, startSystem, unitId, type System } from './support/system.ts';

jest.setTimeout(1_200_000);

/** Far beyond what a reply takes: only a reply that never comes runs into it. */
const replyDeadlineMs = 120_000;
const playedTogether = 8;

let system: System;
let world: World;

beforeAll(async () => {
  [system, world] = await Promise.all([
    startSystem({
      NOW: usualNow.toISOString(),
      // Each visitor of the web chat comes from an address of its own, through a proxy as in front of a ward's server.
      TRUSTED_PROXIES: '1',
      UNITS_DIR: join(projectDir, 'test/fixtures/conversation-units'),
    }),
    loadWorld(),
  ]);
}, 600_000);

afterAll(() => system.dispose());

const channels = ['zalo', 'messenger', 'web'] as const;
type ChannelName = (typeof channels)[number];

/** The server's clock stands still, so scripts in which time passes are played in process only. */
const scripts = readScripts().filter(({ turns }) =>
  turns.every(({ wait, at }) => wait === undefined && at === undefined),
);

/** A unit without an account on a platform has the web chat alone; not every channel has every kind of message. */
function playableOn(channel: ChannelName, phone: Phone): Script[] {
  return scripts.filter(
    ({ unit, turns }) =>
      (unit === undefined || channel === 'web') &&
      turns.every(
        ({ send }) => send === undefined || phone.knows(contentOf({ is: '*', send }) ?? { kind: 'start' }),
      ),
  );
}

const phoneFor = (channel: ChannelName, unit = unitId): Phone | Promise<Phone> =>
  channel === 'web' ? openWebChat(system, unit) : phoneOn(system, channel);

const web = createWebChannel(
  new WebMailbox({
    add: async () => {},
    after: async () => [],
    newest: async () => new Map(),
    forget: async () => {},
  }),
);

/** The texts of the bubbles in which a channel shows a reply. */
function bubbleTexts(channel: ChannelName, reply: Reply): string[] {
  if (reply.sections.length === 0) return [];
  if (channel === 'zalo') return formatForZalo(reply).map(({ text }) => text);
  if (channel === 'web') return web.format(reply).map((bubble) => (bubble as { text: string }).text);
  return formatForMessenger(reply).map((body) => ('text' in body ? body.text : body.attachment.payload.text));
}

async function waitForBubbles(phone: Phone, count: number): Promise<readonly Bubble[]> {
  const deadline = Date.now() + replyDeadlineMs;
  while (phone.bubbles().length < count && Date.now() < deadline) await sleep(40);
  return phone.bubbles();
}

/** Plays a turn on a telephone; a button that the platform had no room for was written out, and its words do the same. */
async function act(turn: ScriptedTurn, phone: Phone): Promise<void> {
  const content = contentOf(turn);
  if (content?.kind === 'text') return phone.say(content.text);
  if (content !== undefined) return void (await phone.send(content));
  const title = turn.press ?? '';
  const payload = phone
    .bubbles()
    .findLast(({ payloads }) => payloads.has(title))
    ?.payloads.get(title);
  return payload === undefined || payload === '' ? phone.say(title) : phone.press(title, payload);
}

const decisions = new Map<string, Reply[]>();

/** The replies to a script's turns as this process decides them; the same on every channel. */
function decided({ name, unit, turns }: Script): Reply[] {
  const known = decisions.get(name);
  if (known !== undefined) return known;
  const talk = new Talk(world, { unitId: unit ?? unitId });
  const replies = turns.map((turn) => {
    const content = contentOf(turn);
    return (content === undefined ? talk.press(turn.press ?? '') : talk.send(content)).reply;
  });
  decisions.set(name, replies);
  return replies;
}

/**
 * Plays a script over HTTP. What the decision in this process says (which the golden tests hold against the script) must
 * arrive on the telephone bubble for bubble, and where the bot must be silent nothing: a bubble too many would be taken
 * for the next turn's.
 */
async function play(script: Script, channel: ChannelName): Promise<{ phone: Phone; bubbles: number }> {
  const phone = await phoneFor(channel, script.unit);
  const replies = decided(script);
  let known = 0;
  for (const [at, turn] of script.turns.entries()) {
    const reply = replies[at] ?? { sections: [], buttons: [] };
    const expected = bubbleTexts(channel, reply);
    await act(turn, phone);
    const bubbles = (await waitForBubbles(phone, known + expected.length)).slice(known);
    known += expected.length;
    const said = { script: script.name, turn: turn.say ?? turn.press ?? turn.send?.kind ?? 'long' };
    expect({ ...said, texts: bubbles.map(({ text }) => text) }).toEqual({ ...said, texts: expected });
    const whole = bubbles.map(({ text }) => text).join('\n\n');
    for (const part of turn.has ?? [])
      expect({ ...said, whole }).toEqual({ ...said, whole: expect.stringContaining(part) });
    for (const title of turn.buttons ?? []) {
      const isShown = bubbles.some(({ payloads, text }) => payloads.has(title) || text.includes(title));
      expect({
        ...said,
        title,
        isShown: isShown || reply.buttons.some((one) => one.kind !== 'choice' && one.title === title),
      }).toEqual({ ...said, title, isShown: true });
    }
  }
  return { phone, bubbles: known };
}

/** Many at once, as on a busy morning; a slot that becomes free takes the next script. */
async function playAll(
  played: readonly Script[],
  channel: ChannelName,
): Promise<{ phone: Phone; bubbles: number }[]> {
  const left = [...played];
  const done: { phone: Phone; bubbles: number }[] = [];
  const takeOne = async (): Promise<void> => {
    for (let script = left.shift(); script !== undefined; script = left.shift()) {
      done.push(await play(script, channel));
    }
  };
  await Promise.all(Array.from({ length: playedTogether }, takeOne));
  return done;
}

describe('scripted conversations through the whole system', () => {
  it('go as written on Zalo, Messenger and the web chat', async () => {
    const played = await Promise.all(
      channels.map(async (channel) => {
        const probe = await phoneFor(channel);
        probe.close();
        const own = playableOn(channel, probe);
        expect({ channel, enough: own.filter(({ turns }) => turns.length >= 3).length >= 120 }).toEqual({
          channel,
          enough: true,
        });
        return playAll(own, channel);
      }),
    );
    await system.waitUntilIdle();
    // Nothing came late, and nothing where the bot had to be silent.
    for (const { phone, bubbles } of played.flat()) {
      expect(phone.bubbles().length).toBe(bubbles);
      phone.close();
    }
  });
});
