import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { HelperTask, LearntBeside, LearntFrom } from './helper-task.ts';
import { longestWaitMs, workStage, type OpenTraining } from './open-training.ts';

/** A second thread that learns and trains while this one does other work. Without a second processor nobody helps. */
export class TrainingHelper {
  readonly #worker: Worker | undefined;
  #learning: { port: MessagePort; stage: Int32Array } | undefined;

  constructor() {
    if (availableParallelism() < 2) return;
    this.#worker = new Worker(new URL('./training-worker.ts', import.meta.url));
    this.#worker.unref();
    // A helper that cannot start or fails leaves its work to the thread that waits for it.
    this.#worker.on('error', () => undefined);
  }

  /** Lets the helper learn what is learnt beside the topics; `takeLearnt` gives it. */
  learn(from: LearntFrom): void {
    if (this.#worker === undefined) return;
    const { port1: port, port2: answer } = new MessageChannel();
    const stage = new Int32Array(new SharedArrayBuffer(4));
    this.#tell({ learn: from, answer, stage }, [answer]);
    this.#learning = { port, stage };
  }

  /** What the helper has learnt; undefined when it has not begun or does not answer. */
  takeLearnt(): LearntBeside | undefined {
    if (this.#learning === undefined) return undefined;
    const { port, stage } = this.#learning;
    this.#learning = undefined;
    const { open, taken, done } = workStage;
    if (Atomics.compareExchange(stage, 0, open, done) === taken) Atomics.wait(stage, 0, taken, longestWaitMs);
    const answer = receiveMessageOnPort(port) as { message: LearntBeside } | undefined;
    port.close();
    return answer?.message;
  }

  /** Lets the helper take open classes of a training. */
  help(training: OpenTraining): void {
    this.#tell({ help: training });
  }

  /** Lets the helper go, once it is at rest. */
  dismiss(): void {
    this.#tell('go');
  }

  #tell(task: HelperTask, moved: MessagePort[] = []): void {
    this.#worker?.postMessage(task, moved);
  }
}
