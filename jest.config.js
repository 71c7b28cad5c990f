/** ESM throughout: run with `node --experimental-vm-modules` (the npm scripts do). */
export default {
  rootDir: '.',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/tools'],
  testEnvironment: 'node',
  // Most specs wait for servers: every core takes files, and none is kept free for watching.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/tests/support/servers/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/servers/jest-global-teardown.mjs',
  testRegex: '\\.spec\\.ts$',
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
    '^@sap2/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/*.contract.ts', '!**/index.ts'],
  testTimeout: 60_000,
};
