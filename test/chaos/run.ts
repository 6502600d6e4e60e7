import { parseArgs } from 'node:util';
import { runChaos } from './run-chaos.ts';

/** `npm run chaos -- [--seconds 600] [--writers 12]`: breaks three servers for that long and prints what became of it. */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, writers: { type: 'string', default: '12' } },
});
const report = await runChaos({
  seconds: Number(values.seconds),
  writers: Number(values.writers),
  say: (message) => console.error(message),
});
console.log(JSON.stringify(report, null, 2));
const { lost, moreThanTwice, logFaults, outOfOrder, bundleFaults, logLeaks } = report;
process.exitCode = [lost, moreThanTwice, logFaults, outOfOrder, bundleFaults, logLeaks].some(
  (list) => list.length > 0,
)
  ? 1
  : 0;
