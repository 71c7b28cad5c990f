import { availableParallelism } from 'node:os';

/** ESM throughout: run with `node --experimental-vm-modules` (the npm scripts do). */
const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@sap2/test-support$': '<rootDir>/tests/support/index.ts',
    '^@sap2/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

/** `unit` needs no store, `int` talks to PostgreSQL and Redis, `e2e` to a whole service over HTTP. */
const project = (displayName, roots, testRegex) => ({
  ...shared,
  displayName,
  roots: roots.map((root) => `<rootDir>/${root}`),
  testRegex,
});

export default {
  projects: [
    project('unit', ['apps', 'libs', 'migrations', 'tests', 'tools'], '(?<!\\.(int|e2e))\\.spec\\.ts$'),
    project('int', ['apps', 'libs', 'tests'], '\\.int\\.spec\\.ts$'),
    {
      ...project('e2e', ['tests/e2e'], '\\.e2e\\.spec\\.ts$'),
      testEnvironment: '<rootDir>/tests/support/servers/outside-environment.mjs',
    },
  ],
  // While one file waits for servers and processes, another one has its core. Jest takes '150%' for 150 workers.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // A worker that has grown beyond this is replaced after its file: modules of ESM are never given back.
  workerIdleMemoryLimit: '600MB',
  testSequencer: '<rootDir>/tests/support/servers/long-files-first.mjs',
  globalSetup: '<rootDir>/tests/support/servers/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/servers/jest-global-teardown.mjs',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/*.fixture.ts', '!**/index.ts'],
  // The first that asks for it builds the service, beside everything else that runs.
  testTimeout: 180_000,
};
