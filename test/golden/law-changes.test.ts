import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { encodeChoice } from '../../src/conversation/payload.ts';
import { aspects } from '../../src/core/aspect.ts';
import { loadWorld, Talk, textOf, type World } from '../support/conversation.ts';
import { projectDir } from '../support/model.ts';

const changeSchema = z.strictObject({
  change: z.string().min(1),
  ask: z.string().min(1),
  topic: z.string().min(1),
  /** The part that the law changed. What the citizen hears at once and what its button tells are judged together. */
  part: z.enum(aspects),
  on: z
    .array(
      z.strictObject({
        day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
        has: z.array(z.string().min(1)).default([]),
        lacks: z.array(z.string().min(1)).default([]),
      }),
    )
    .min(3),
});
const changes = z
  .array(changeSchema)
  .parse(parse(readFileSync(join(projectDir, 'test/golden/law-changes.yaml'), 'utf8'), { schema: 'core' }));

let world: World;

beforeAll(async () => {
  world = await loadWorld();
}, 180_000);

describe('questions that the law answers differently by date', () => {
  it('are at least ten, each asked on three days or more', () => {
    expect(changes.length).toBeGreaterThanOrEqual(10);
  });

  it.each(changes.map((change) => [change.change, change] as const))('%s', (_, { ask, topic, part, on }) => {
    for (const { day, has, lacks } of on) {
      const talk = new Talk(world, { now: new Date(`${day}T09:00:00+07:00`) });
      const plan = talk.say(ask);
      const payload = encodeChoice({ kind: 'aspect', topic, aspect: part });
      const text = [plan, talk.send({ kind: 'choice', payload, title: '' })].map(textOf).join('\n');
      expect({ day, topic: plan.topic }).toEqual({ day, topic });
      for (const words of has) expect({ day, text }).toEqual({ day, text: expect.stringContaining(words) });
      for (const words of lacks) expect({ day, text }).toEqual({ day, text: expect.not.stringContaining(words) });
    }
  });
});
