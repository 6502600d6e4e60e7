import { parentPort } from 'node:worker_threads';
import { learningStage, type HelperTask } from './helper-task.ts';
import { trainOpenClasses } from './svm-training.ts';
import { learnBeside, ReadExamples } from './train-model.ts';

/** Thread entry: see TrainingHelper. */
parentPort?.on('message', (task: HelperTask) => {
  if (task === 'go') {
    parentPort?.close();
  } else if ('help' in task) {
    trainOpenClasses(task.help);
  } else if (
    Atomics.compareExchange(task.stage, 0, learningStage.open, learningStage.taken) === learningStage.open
  ) {
    task.answer.postMessage(learnBeside(task.learn, new ReadExamples(task.learn.lexicon)));
    Atomics.store(task.stage, 0, learningStage.done);
    Atomics.notify(task.stage, 0);
  }
});
