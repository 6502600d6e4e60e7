import { parentPort } from 'node:worker_threads';
import { trainOpenClasses, type OpenTraining } from './svm-training.ts';

/** Thread entry: see TrainingHelper. */
parentPort?.on('message', (training: OpenTraining | null) => {
  if (training === null) parentPort?.close();
  else trainOpenClasses(training);
});
