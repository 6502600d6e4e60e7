import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hostileTexts } from '../fuzz/mutate.ts';
import { loadTargets } from '../fuzz/targets.ts';

const found = resolve('test/fixtures/fuzz');
const targets = await loadTargets();

/** What `npm run fuzz` once broke stays mended, and what has broken other systems is tried on every reader. */
describe.each(targets)('$name', (target) => {
  const folder = join(found, target.name);
  const inputs = existsSync(folder) ? readdirSync(folder) : [];

  it('reads what once broke it', () => {
    expect(inputs.every((file) => file.endsWith('.bin'))).toBe(true);
    for (const file of inputs) expect(() => target.run(readFileSync(join(folder, file)))).not.toThrow();
  });

  it('keeps its promises for hostile texts, bare and inside its own form', () => {
    for (const text of hostileTexts) {
      target.run(Buffer.from(text, 'utf8'));
      for (const seed of target.seeds().slice(0, 3)) {
        const body = seed.toString('utf8');
        target.run(
          Buffer.from(
            body.replace(
              /"(?:text|user_id|name|ten_thu_tuc)": ?"[^"]*/,
              (field) => field + JSON.stringify(text).slice(1, -1),
            ),
          ),
        );
      }
    }
  });
});
