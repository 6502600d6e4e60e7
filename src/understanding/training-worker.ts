import { parentPort } from 'node:worker_threads';
import type { HelperTask } from './helper-task.ts';
import { workStage } from './open-training.ts';
import { trainOpenClasses } from './svm-training.ts';
import { learnBeside, ReadExamples } from './train-model.ts';

/** Thread entry: see TrainingHelper. */
parentPort?.on('message', (task: HelperTask) => {
  if (task === 'go') {
    parentPort?.close();
  } else if ('help' in task) {
    trainOpenClasses(task.help);
  } else if (Atomics.compareExchange(task.stage, 0, workStage.open, workStage.taken) === workStage.open) {
    try {
      task.answer.postMessage(learnBeside(task.learn, new ReadExamples(task.learn.lexicon)));
    } finally {
      // Without an answer whoever waits learns by itself, and at once.
      Atomics.store(task.stage, 0, workStage.done);
      Atomics.notify(task.stage, 0);
    }
  }
});
