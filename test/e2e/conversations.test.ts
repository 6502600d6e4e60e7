import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messengerQuickReply, messengerText, zaloPress, zaloText } from '../fakes/deliveries.ts';
import { usualNow } from '../support/conversation.ts';
import { readScripts, type Script } from '../support/conversation-script.ts';
import { page, projectDir, startSystem, zalo, type System } from './support/system.ts';

jest.setTimeout(180_000);

/** Far beyond what a reply takes: only a reply that never comes runs into it. */
const replyDeadlineMs = 30_000;
const playedTogether = 6;

let system: System;

beforeAll(async () => {
  system = await startSystem({
    NOW: usualNow.toISOString(),
    UNITS_DIR: join(projectDir, 'test/fixtures/conversation-units'),
  });
}, 90_000);

afterAll(() => system.dispose());

/** Keys of a turn that a platform's faked clock and a telephone can play: no passing of time, nothing but words and presses. */
const playableKeys: readonly string[] = ['say', 'press', 'is', 'has', 'lacks', 'buttons', 'effects'];

/** Played on every channel; the others on one channel each, in turn. */
const everywhere: readonly string[] = [
  'birth-papers-then-fee-and-place',
  'birth-alone-is-asked',
  'prepare-marriage',
  'several-two',
  'switch-language',
  'erase-at-once',
  'handover-in-hours',
  'fire-first',
];

const scripts = readScripts().filter(
  ({ turns, unit }) =>
    unit === undefined && turns.every((turn) => Object.keys(turn).every((key) => playableKeys.includes(key))),
);

const channels = ['zalo', 'messenger', 'web'] as const;
type ChannelName = (typeof channels)[number];

/** A visitor's address may begin thirty conversations a minute in the web chat, so it gets the smaller share. */
function channelOf(at: number): ChannelName {
  if (at % 8 === 0) return 'web';
  return at % 2 === 0 ? 'zalo' : 'messenger';
}

function scriptsOn(channel: ChannelName): Script[] {
  return scripts.filter(({ name }, at) => everywhere.includes(name) || channelOf(at) === channel);
}

/** One bubble as a citizen sees it. */
interface Bubble {
  text: string;
  /** Payloads by title of the buttons below, as the platform would send them back. */
  payloads: Map<string, string>;
}

interface Phone {
  say(text: string): Promise<void>;
  press(title: string, payload: string): Promise<void>;
  bubbles(): Promise<Bubble[]>;
}

let nextUser = 8_100_000_000_000_000_000n;

function phoneOn(channel: Exclude<ChannelName, 'web'>): Phone {
  const user = String((nextUser += 1n));
  const post = async (delivery: Parameters<System['deliver']>[0]) => {
    expect((await system.deliver(delivery)).status).toBe(200);
  };
  return {
    say: (text) => post(channel === 'zalo' ? zaloText(zalo, user, text) : messengerText(page, user, text)),
    press: (title, payload) =>
      post(
        channel === 'zalo' ? zaloPress(zalo, user, payload) : messengerQuickReply(page, user, title, payload),
      ),
    bubbles: async () =>
      system.platform
        .sent(user)
        .map(({ text, message }) => ({ text, payloads: new Map(choicesIn(message)) })),
  };
}

/** Titles and payloads of everything in a message that can be pressed and answers to us. */
function choicesIn(message: unknown): [string, string][] {
  if (typeof message !== 'object' || message === null) return [];
  const { title, payload } = message as { title?: unknown; payload?: unknown };
  if (typeof title === 'string' && typeof payload === 'string') return [[title, payload]];
  return Object.values(message).flatMap(choicesIn);
}

/** A visitor of the web chat. */
async function browser(): Promise<Phone> {
  const call = (path: string, body: object, token?: string) =>
    fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-visitor': token }) },
      body: JSON.stringify(body),
    });
  const { token } = (await (await call('/web/visitors', { unit: 'thu-nghiem', test: true })).json()) as {
    token: string;
  };
  const post = async (body: object) => {
    expect((await call('/web/messages', body, token)).status).toBe(202);
  };
  return {
    say: (text) => post({ text }),
    press: (title, payload) => post({ payload, title }),
    bubbles: () => readReplies(token),
  };
}

/** What the visitor's page would show now: the stream is read until it falls silent. */
async function readReplies(token: string): Promise<Bubble[]> {
  const stop = new AbortController();
  const response = await fetch(`${system.url}/web/replies?after=0`, {
    headers: { 'x-visitor': token },
    signal: stop.signal,
  });
  let stream = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) stream += Buffer.from(chunk as Uint8Array).toString();
  })().catch(() => undefined);
  await sleep(150);
  stop.abort();
  await reading;
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => {
      const { text, buttons } = JSON.parse(line.slice(6)) as {
        text: string;
        buttons: { title: string; payload?: string }[];
      };
      return { text, payloads: new Map(buttons.map((button) => [button.title, button.payload ?? ''])) };
    });
}

/** Waits for bubbles of which `isThere` says yes; whatever has come by the deadline is returned then. */
async function waitForBubbles(
  phone: Phone,
  isThere: (bubbles: readonly Bubble[]) => boolean,
): Promise<Bubble[]> {
  const deadline = Date.now() + replyDeadlineMs;
  for (;;) {
    const bubbles = await phone.bubbles();
    if (isThere(bubbles) || Date.now() > deadline) return bubbles;
    await sleep(60);
  }
}

const textOf = (bubbles: readonly Bubble[]) => bubbles.map(({ text }) => text).join('\n\n');

/**
 * Bubbles of one reply arrive one by one, on a busy machine even after the next turn was played. So nothing is read off
 * a pause: a turn is over when all it must say has come, and a button is pressed once it is there.
 */
async function play(script: Script, phone: Phone): Promise<void> {
  for (const turn of script.turns) {
    const before = await phone.bubbles();
    if (turn.say !== undefined) await phone.say(turn.say);
    else {
      const title = turn.press ?? '';
      const payload = before.findLast(({ payloads }) => payloads.has(title))?.payloads.get(title);
      // A button that the platform had no room for was written out; its words do the same.
      if (payload === undefined || payload === '') await phone.say(title);
      else await phone.press(title, payload);
    }
    if (turn.is.startsWith('silent')) continue;
    const parts = turn.has ?? [];
    const pressedNext = script.turns[script.turns.indexOf(turn) + 1]?.press;
    const isWhole = (bubbles: readonly Bubble[]) => {
      const reply = bubbles.slice(before.length);
      return (
        reply.length > 0 &&
        parts.every((part) => textOf(reply).includes(part)) &&
        (pressedNext === undefined ||
          bubbles.some(({ payloads, text }) => payloads.has(pressedNext) || text.includes(pressedNext)))
      );
    };
    const reply = (await waitForBubbles(phone, isWhole)).slice(before.length);
    if (reply.length === 0) {
      throw new Error(`no reply in ${script.name}; the server said:\n${system.output().slice(-2_000)}`);
    }
    for (const part of parts)
      expect({ script: script.name, text: textOf(reply) }).toEqual({
        script: script.name,
        text: expect.stringContaining(part),
      });
  }
}

describe('scripted conversations through the whole system', () => {
  it('are all there', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(120);
    expect(scripts.map(({ name }) => name)).toEqual(expect.arrayContaining([...everywhere]));
  });

  it.each(channels)('go as written on %s', async (channel) => {
    const played = scriptsOn(channel);
    for (let at = 0; at < played.length; at += playedTogether) {
      await Promise.all(
        played
          .slice(at, at + playedTogether)
          .map(async (script) => play(script, channel === 'web' ? await browser() : phoneOn(channel))),
      );
    }
  });
});
