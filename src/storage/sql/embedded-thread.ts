import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/errors.ts';
import type { RunWire } from './wire-stream.ts';

/** Messages of the wire protocol to run, or without any: close. */
export interface EmbeddedRequest {
  id: number;
  messages?: Uint8Array<ArrayBuffer>;
}

export type EmbeddedAnswer = { id: number; bytes: Uint8Array } | { id: number; failure: string };

export interface EmbeddedThread {
  run: RunWire;
  close(): Promise<void>;
}

/**
 * V8 frees the first version of WebAssembly code once a faster one is there. With Node 24.21 that ended a whole process
 * ("Check failed: jit_page_->allocations_.erase(addr) == 1"), once in many runs: what was replaced is kept instead.
 */
const keepReplacedCode = '--no-wasm-code-gc';

interface Waiting {
  resolve: (bytes: Uint8Array) => void;
  reject: (error: Error) => void;
}

/**
 * Opens the embedded database of a directory in a thread of its own, so that its work and its syncing never hold up the
 * event loop. When the thread ends by itself (a full disk makes PostgreSQL give up), what runs is rejected and the next
 * `run` opens the directory anew, which recovers all that was committed.
 */
export async function startEmbeddedThread(directory: string): Promise<EmbeddedThread> {
  let closed = false;
  let opening: Promise<OpenThread> | undefined;

  function provide(): Promise<OpenThread> {
    if (closed) return Promise.reject(new Error('The embedded database is closed.'));
    opening ??= openThread(directory, () => {
      opening = undefined;
    });
    return opening;
  }

  await provide();
  return {
    run: async (messages) => (await provide()).send(messages),
    async close() {
      const open = await provide();
      closed = true;
      await open.send();
      await open.end();
    },
  };
}

interface OpenThread {
  send(messages?: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  end(): Promise<void>;
}

async function openThread(directory: string, onEnd: () => void): Promise<OpenThread> {
  setFlagsFromString(keepReplacedCode);
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), { workerData: directory });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended = false;
  worker.once('exit', () => {
    ended = true;
    onEnd();
    for (const { reject } of waiting.values()) reject(threadEnded());
    waiting.clear();
  });
  // Rejects with the worker's own error when the directory cannot be opened.
  try {
    await once(worker, 'message');
  } catch (error) {
    onEnd();
    throw isFullDisk(error)
      ? new AppError('storage-unavailable', 'Hết chỗ trên ổ đĩa của DATA_DIR; dọn chỗ rồi chạy lại.', {
          cause: error,
          retryable: true,
        })
      : error;
  }
  worker.on('error', () => undefined);
  // Only what is asked of it keeps the process alive.
  worker.unref();
  worker.on('message', (answer: EmbeddedAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ('bytes' in answer) call?.resolve(answer.bytes);
    else call?.reject(new Error(`Connection terminated: ${answer.failure}`));
  });
  return {
    send: (messages) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(threadEnded());
        lastId += 1;
        if (waiting.size === 0) worker.ref();
        waiting.set(lastId, { resolve, reject });
        const request: EmbeddedRequest = messages === undefined ? { id: lastId } : { id: lastId, messages };
        worker.postMessage(request, messages === undefined ? [] : [messages.buffer]);
      }),
    async end() {
      await worker.terminate();
    },
  };
}

/** ENOSPC as WebAssembly counts errors; what a directory could not be opened for has no other sign. */
const noSpace = 51;

function isFullDisk(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error && error.errno === noSpace;
}

function threadEnded(): Error {
  return new Error('Connection terminated: the embedded database ended.');
}
