import { availableParallelism } from 'node:os';

/** Jest on Node's own type stripping: TypeScript runs as it is, no build step and no second compiler. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  // A model is trained before many tests: seconds on a free machine, far more on a busy one.
  testTimeout: 120_000,
  // Suites wait for servers, browsers and disks a third of their time. (A share above 100 % is read as a number.)
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
