import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readyDir } from '../../src/cache/version-cache.ts';
import { projectDir } from '../support/model.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tthc-first-start-'));
afterAll(() => {
  rmSync(dataDir, { recursive: true });
});

const run = (file: string, args: string[], input = '') =>
  execFileSync(process.execPath, [join(projectDir, file), ...args], {
    input,
    env: { ...process.env, DATA_DIR: dataDir },
    encoding: 'utf8',
  });

it('makes the very model at installation that a first start asks for', () => {
  run('src/make-ready.ts', []);
  const answer = run('src/cli.ts', ['match', '--jsonl'], '{"text": "làm giấy khai sinh cho con"}\n');
  expect(JSON.parse(answer)).toMatchObject({ topic: 'birth-registration' });
  const models = readdirSync(join(dataDir, 'cache')).filter((name) => name.startsWith('understanding-'));
  expect(models).toHaveLength(1);
  expect(readdirSync(readyDir)).toContain(models[0]);
});
