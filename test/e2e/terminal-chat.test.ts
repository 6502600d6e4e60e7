import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { createServerTestUrl } from '../services/test-databases.ts';
import { linkFiles } from '../support/link-files.ts';
import { sharedModelCache } from '../support/model.ts';
import { projectDir, serverEnvironment, unitId } from './support/system.ts';

/** What the terminal shows for lines that are typed, with no server running. */
async function chat(env: NodeJS.ProcessEnv, lines: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(projectDir, 'src/cli.ts'), 'chat', '--unit', unitId], {
    cwd: projectDir,
    env,
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect([code, shown]).toEqual([0, expect.any(String)]);
  return shown;
}

it('a chat at the terminal hands over in words, and leaves no work for officers and nothing in the figures', async () => {
  const { url, drop } = await createServerTestUrl();
  const dataDir = await mkdtemp(join(tmpdir(), 'tthc-terminal-'));
  await linkFiles(sharedModelCache, join(dataDir, 'cache'));
  const client = new pg.Client({ connectionString: url });
  try {
    const env = {
      ...serverEnvironment('http://127.0.0.1:1', dataDir),
      DATABASE_URL: url,
      SECRET_KEY: 'terminal'.repeat(8),
    };
    const shown = await chat(env, ['cho tôi gặp cán bộ', 'tôi cần hỏi về đất', 'phí cấp hộ chiếu']);
    expect(shown).toContain('cán bộ');
    await client.connect();
    const { rows } = await client.query('select decision, test from interaction order by seq');
    expect(rows.map(({ decision }) => decision)).toContain('handover');
    expect(rows.every(({ test }) => test)).toBe(true);
    expect((await client.query('select from handover')).rowCount).toBe(0);
  } finally {
    await client.end();
    await drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 120_000);
