import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadWorld, Talk, textOf, type World } from '../support/conversation.ts';
import { projectDir } from '../support/model.ts';

const changeSchema = z.strictObject({
  change: z.string().min(1),
  ask: z.string().min(1),
  topic: z.string().min(1),
  aspect: z.string().optional(),
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

  it.each(changes.map((change) => [change.change, change] as const))('%s', (_, { ask, topic, aspect, on }) => {
    for (const { day, has, lacks } of on) {
      const plan = new Talk(world, { now: new Date(`${day}T09:00:00+07:00`) }).say(ask);
      const text = textOf(plan);
      expect({ day, topic: plan.topic }).toEqual({ day, topic });
      if (aspect !== undefined) expect({ day, aspect: plan.aspect }).toEqual({ day, aspect });
      for (const words of has) expect({ day, text }).toEqual({ day, text: expect.stringContaining(words) });
      for (const words of lacks) expect({ day, text }).toEqual({ day, text: expect.not.stringContaining(words) });
    }
  });
});
