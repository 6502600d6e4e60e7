import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { errorMessage } from '../../core/errors.ts';
import type { EmbeddedAnswer, EmbeddedRequest } from './embedded-thread.ts';

/**
 * PostgreSQL's own settings for a database that must survive a power cut. PGlite turns syncing off by default.
 * Log segments are removed instead of recycled, for a recycled one keeps old bytes.
 */
const durableSettings = ['wal_sync_method=fsync', 'wal_recycle=off', 'max_wal_size=64MB'];
/** For the one session that there is, on a small machine: the system caches files as well as we could. */
const smallSettings = [
  'shared_buffers=16MB',
  'wal_buffers=1MB',
  'max_connections=5',
  'max_wal_senders=0',
  'jit=off',
];

/** The part of an emscripten file system that syncing goes through; its Node implementation lacks the call. */
interface SyncableFileSystem {
  stream_ops: { fsync?: (stream: { nfd?: number }) => number };
}

const ioError = 29;

/** Makes PostgreSQL's fsync reach the disk; without it a power cut could take away what was acknowledged. */
function enableSync(pglite: PGlite): void {
  const { stream_ops: operations } = pglite.Module.NODEFS as unknown as SyncableFileSystem;
  operations.fsync = ({ nfd }) => {
    if (nfd === undefined) return 0;
    try {
      fsyncSync(nfd);
      return 0;
    } catch {
      return ioError;
    }
  };
}

async function openDurably(directory: string): Promise<PGlite> {
  const withoutSync = '-F';
  const pglite = await PGlite.create({
    dataDir: directory,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== withoutSync),
      ...[...durableSettings, ...smallSettings].flatMap((setting) => ['-c', setting]),
    ],
  });
  enableSync(pglite);
  return pglite;
}

const terminate = 'X'.charCodeAt(0);
const errorResponse = 'E'.charCodeAt(0);
const severityField = 'V'.charCodeAt(0);

/**
 * True when the database itself broke off (PANIC: the log could not be written) instead of refusing a statement. It
 * answers nothing sensible from then on; opened anew it recovers.
 */
function hasGivenUp(messages: Uint8Array, answer: Uint8Array): boolean {
  if (answer.length === 0) return messages[0] !== terminate;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at + 5 <= answer.length; at += 1 + view.getUint32(at + 1)) {
    if (answer[at] === errorResponse && /^(FATAL|PANIC)$/.test(readSeverity(answer, at + 5))) return true;
  }
  return false;
}

/** Fields of an ErrorResponse are a letter and a text that ends with a zero. */
function readSeverity(answer: Uint8Array, fieldsStart: number): string {
  let at = fieldsStart;
  while (answer[at] !== undefined && answer[at] !== 0) {
    const end = answer.indexOf(0, at);
    if (answer[at] === severityField) return Buffer.from(answer.subarray(at + 1, end)).toString('latin1');
    at = end + 1;
  }
  return '';
}

/** Thread entry: see startEmbeddedThread. */
function serve(pglite: PGlite): void {
  const answer = (message: EmbeddedAnswer, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, transfer);
  parentPort?.on('message', ({ id, messages }: EmbeddedRequest) => {
    if (messages === undefined) {
      pglite.close().then(
        () => answer({ id, bytes: new Uint8Array() }),
        (error: unknown) => answer({ id, failure: errorMessage(error) }),
      );
      return;
    }
    try {
      const bytes = Uint8Array.from(pglite.execProtocolRawSync(messages));
      if (hasGivenUp(messages, bytes)) throw new Error('PostgreSQL gave up');
      answer({ id, bytes }, [bytes.buffer]);
    } catch (error) {
      answer({ id, failure: errorMessage(error) });
      process.exit(1);
    }
  });
  parentPort?.postMessage('open');
}

serve(await openDurably(workerData as string));
