import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { callOperation } from '../../../src/control/call-operation.ts';
import { controlSocketPath, findControlSocket } from '../../../src/control/control-socket.ts';
import { readInput, type Operation } from '../../../src/control/operation.ts';
import { serveOperations } from '../../../src/control/serve-operations.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { Logger } from '../../../src/core/ports.ts';

const greeting = z.strictObject({ name: z.string().max(10) });
const operations: Record<string, Operation<string>> = {
  greet: async (word, input) => ({ text: `${word} ${readInput(greeting, input).name}`, exitCode: 0 }),
  refuse: async () => {
    throw new AppError('conflict', 'Đang có người làm.');
  },
  fail: async () => {
    throw new TypeError('a fault of ours');
  },
};

describe('the control socket', () => {
  let directory: string;
  let socket: string;
  let logged: string[];
  let close: () => Promise<void>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tthc-control-'));
    socket = controlSocketPath(directory);
    logged = [];
    const log = (_fields: object, message: string) => logged.push(message);
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    close = await serveOperations(socket, operations, 'Chào', logger);
  });
  afterEach(async () => {
    await close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Anything that a program of this user may send. */
  const send = (body: string | Buffer, method = 'POST') =>
    new Promise<{ status: number; answer: { error?: string; code?: string } }>((resolve, reject) => {
      const call = request({ socketPath: socket, method, path: '/' }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: JSON.parse(text) }));
      });
      // The answer may come, and the connection end, while a long body is still being sent.
      call.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      call.end(body);
    });

  it('runs a command, and tells what a command refused', async () => {
    expect(await callOperation(socket, 'greet', { name: 'An' })).toEqual({ text: 'Chào An', exitCode: 0 });
    await expect(callOperation(socket, 'refuse', {})).rejects.toMatchObject({
      code: 'conflict',
      message: 'Đang có người làm.',
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'mật khẩu của tôi'],
    ['half of it', '{"operation":"greet"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no operation', '{"input":{}}'],
    ['an operation that is no word', '{"operation":7,"input":{}}'],
    ['no input', '{"operation":"greet"}'],
    ['more than was asked for', '{"operation":"greet","input":{"name":"An"},"and":1}'],
    ['another input', '{"operation":"greet","input":{"name":7}}'],
    ['an input with more in it', '{"operation":"greet","input":{"name":"An","role":"admin"}}'],
    ['an input that is too long', '{"operation":"greet","input":{"name":"một cái tên rất dài"}}'],
    ['deep lists', '['.repeat(100_000)],
  ])('answers %s with 400 and what is wrong, and logs no fault of ours', async (_name, body) => {
    const { status, answer } = await send(body);
    expect([status, answer.code]).toEqual([400, 'invalid-input']);
    expect(answer.error).toMatch(/^Lệnh gửi đến không (phải JSON|đúng dạng)/);
    // What was sent may be anybody's words.
    expect(answer.error).not.toMatch(/mật khẩu|rất dài|admin/);
    expect(logged).toEqual([]);
  });

  it('takes one megabyte and no more', async () => {
    const around = JSON.stringify({ operation: 'greet', input: { name: 'An' } });
    expect((await send(around.padEnd(1024 * 1024, ' '))).status).toBe(200);
    const { status, answer } = await send(Buffer.alloc(8 * 1024 * 1024, ' '));
    expect([status, answer.error]).toEqual([413, 'Lệnh gửi nhiều hơn 1 MB.']);
    expect(logged).toEqual([]);
    expect((await send(around)).status).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'toString', 'drop'])('has no operation %s', async (operation) => {
    expect((await send(JSON.stringify({ operation, input: {} }))).status).toBe(404);
  });

  it('takes nothing but POST, and tells a fault of ours from one of the command', async () => {
    expect((await send('', 'GET')).status).toBe(405);
    expect((await send(JSON.stringify({ operation: 'fail', input: {} }))).status).toBe(500);
    expect(logged).toEqual(['a command through the control socket failed']);
  });

  it('is for its owner only, from the first moment', async () => {
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
  });

  // Only root may give a file away.
  const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
  itAsRoot('of somebody else is not spoken to', async () => {
    const long = join(directory, 'x'.repeat(120));
    const shared = controlSocketPath(long);
    expect(shared.startsWith(tmpdir())).toBe(true);
    await writeFile(long, '');
    await writeFile(shared, '');
    try {
      expect(await findControlSocket(long)).toBe(shared);
      await chown(shared, 65_534, 65_534);
      await expect(findControlSocket(long)).rejects.toMatchObject({ code: 'conflict' });
    } finally {
      await rm(shared);
    }
  });
});
