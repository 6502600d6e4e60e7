import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { EventContent } from '../../src/core/event.ts';
import { projectDir } from './model.ts';

const attachment = z.enum([
  'image',
  'sticker',
  'audio',
  'video',
  'file',
  'link',
  'contact',
  'reaction',
  'other',
]);

const content = z.union([
  z.strictObject({ kind: z.literal('choice'), payload: z.string(), title: z.string() }),
  z.strictObject({ kind: z.literal('attachment'), attachment, text: z.string().optional() }),
  z.strictObject({ kind: z.literal('location'), latitude: z.number(), longitude: z.number() }),
  z.strictObject({ kind: z.literal('start'), ref: z.string().optional() }),
  z.strictObject({ kind: z.literal('staff-reply') }),
  z.strictObject({ kind: z.literal('owner-change'), owner: z.enum(['bot', 'person']) }),
  z.strictObject({ kind: z.literal('erase-request') }),
]);

/** One thing that the citizen (or the platform) does, and what must come of it. */
const turn = z.strictObject({
  /** Minutes that pass before it. */
  wait: z.number().positive().optional(),
  /** The instant at which it happens. */
  at: z.iso.datetime({ offset: true }).optional(),
  say: z.string().optional(),
  /** Said first, with `filler` after it until the message has 5,000 characters. */
  say_long: z.string().optional(),
  filler: z.string().optional(),
  /** Title of a button that was shown before. */
  press: z.string().optional(),
  send: content.optional(),
  /** Decision, topic and aspect; `-` for none, `*` for any; what is left out at the end must be none. */
  is: z.string(),
  has: z.array(z.string()).optional(),
  lacks: z.array(z.string()).optional(),
  buttons: z.array(z.string()).optional(),
  effects: z.array(z.string()).optional(),
});

const conversation = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  about: z.string().optional(),
  /** For traps: what was decided that must happen, and why. */
  outcome: z.string().optional(),
  unit: z.string().optional(),
  turns: z.array(turn).min(2).max(12),
});

const file = z.strictObject({ conversations: z.array(conversation).min(1) });

export type ScriptedTurn = z.infer<typeof turn>;
export type Script = z.infer<typeof conversation> & { file: string };

/** All scripted conversations of test/golden/conversations. */
export function readScripts(): Script[] {
  const dir = join(projectDir, 'test/golden/conversations');
  return readdirSync(dir)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) =>
      file
        .parse(parse(readFileSync(join(dir, name), 'utf8')))
        .conversations.map((one) => ({ ...one, file: name })),
    );
}

const longMessage = 5_000;

/** What a turn sends; undefined when it presses a button, whose payload only the conversation knows. */
export function contentOf(scripted: ScriptedTurn): EventContent | undefined {
  if (scripted.say !== undefined) return { kind: 'text', text: scripted.say };
  if (scripted.say_long !== undefined) {
    const filler = scripted.filler ?? ' ';
    const rest = filler.repeat(Math.ceil(longMessage / filler.length));
    return { kind: 'text', text: scripted.say_long + rest };
  }
  return scripted.send as EventContent | undefined;
}

/** The three parts of `answer birth-registration fee`; undefined where anything may come. */
export function expectedOf(scripted: ScriptedTurn): {
  decision: string | null | undefined;
  topic: string | null | undefined;
  aspect: string | null | undefined;
} {
  const [decision = '', topic = '-', aspect = '-'] = scripted.is.split(' ');
  const part = (word: string) => (word === '*' ? undefined : word === '-' ? null : word);
  return { decision: part(decision), topic: part(topic), aspect: part(aspect) };
}
