import { parentPort, workerData } from 'node:worker_threads';
import { loadUnderstanding, type UnderstandingOptions } from './load-understanding.ts';

// Trains (or finds the cache warm) away from the event loop; the model itself reaches the server through the cache.
loadUnderstanding(workerData as UnderstandingOptions);
parentPort?.postMessage('trained');
