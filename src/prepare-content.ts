import { Worker } from 'node:worker_threads';
import { causesFirst, type Finding } from './content/finding.ts';
import type { Overlay } from './content/overlay/apply-overlay.ts';
import { AppError } from './core/errors.ts';
import type { UnderstandingOptions } from './understanding/load-understanding.ts';

/** What the worker is given; everything can be cloned. */
export interface PrepareOptions {
  paths: { contentDir: string; unitsDir: string; intentsDir: string; overlay?: Overlay };
  /** With `cacheDir`: the trained model is handed over through it. */
  understanding: UnderstandingOptions;
  bubbleLimitChars: number;
  /** Today in Vietnam, `YYYY-MM-DD`. */
  day: string;
}

/** Without `understanding` files are checked only. */
export type LintOptions = Omit<PrepareOptions, 'understanding'> &
  Partial<Pick<PrepareOptions, 'understanding'>>;

/** What the worker answers. */
export interface PrepareResult {
  findings: Finding[];
  /** Why the model could not be trained; null when it was, or was not asked for. */
  trainingFault: string | null;
}

/** All findings of `content check` on files and published changes, made in a worker thread. */
export async function lintContent(options: LintOptions): Promise<Finding[]> {
  return (await runWorker(options)).findings;
}

/**
 * Checks the files as `content check` does and trains the model into the cache, in a worker thread, so that answering
 * goes on meanwhile; afterwards loading library and understanding takes milliseconds.
 * @throws AppError `content` whose message lists every error with file and line, one a line.
 */
export async function prepareContent(options: PrepareOptions): Promise<void> {
  const { findings, trainingFault } = await runWorker(options);
  const errors = causesFirst(findings.filter(({ severity }) => severity === 'error'));
  const faults = errors.map(
    ({ file, line, code, message, fix }) => `${file}:${line} [${code}] ${message} → ${fix}`,
  );
  if (trainingFault !== null) faults.push(trainingFault);
  if (faults.length > 0) throw new ContentRefused(faults, errors);
}

/** Content that must not be served; `files` are those with an error. */
export class ContentRefused extends AppError {
  readonly files: ReadonlySet<string>;

  constructor(faults: readonly string[], errors: readonly Finding[]) {
    super('content', `Nội dung vừa sửa có lỗi (tthc content check):\n${faults.join('\n')}`);
    this.files = new Set(errors.map(({ file }) => file));
  }
}

function runWorker(options: LintOptions): Promise<PrepareResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./prepare-content-worker.ts', import.meta.url), {
      workerData: options,
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(
        new AppError(
          'content',
          `Việc kiểm tra nội dung dừng giữa chừng (mã ${code}); lưu lại tệp để thử lại`,
        ),
      );
    });
  });
}
