import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PlantedHouse, plantHouse } from './planted-house.js';

const CLOCK = 'export const now = (): number => Date.now();\n';

const LONG = Array.from({ length: 301 }, (_, line) => `export const line${line} = ${line};\n`).join('');

/** One mistake a file, and the rule that must see it; undefined: allowed there. */
const PLANTED: readonly [file: string, text: string, rule: string | undefined][] = [
  ['libs/session-core/src/clock.ts', CLOCK, 'no-restricted-properties'],
  ['libs/live-store/src/clock.ts', CLOCK, 'no-restricted-properties'],
  ['libs/live-store/src/clock.spec.ts', CLOCK, undefined],
  ['libs/embedded-stores/src/clock.ts', CLOCK, undefined],
  ['apps/sap2/src/clock.ts', CLOCK, undefined],
  ['libs/live-store/src/today.ts', 'export const today = new Date();\n', 'no-present-time'],
  ['libs/live-store/src/birth.ts', 'export const birth = new Date(0);\n', undefined],
  [
    'libs/peer-link/src/dice.ts',
    'export const roll = (): number => Math.random();\n',
    'no-restricted-properties',
  ],
  ['libs/config/src/env.ts', 'export const home = process.env;\n', 'no-restricted-properties'],
  ['libs/peer-link/src/print.ts', `console.log('here');\n`, 'no-console'],
  ['libs/session-core/src/later.ts', 'setTimeout(() => undefined, 1);\n', 'no-restricted-globals'],
  ['libs/live-store/src/later.ts', 'setTimeout(() => undefined, 1);\n', undefined],
  [
    'libs/peer-link/src/mock.spec.ts',
    `import { jest } from '@jest/globals';\n\njest.mock('pg');\n`,
    'no-restricted-imports',
  ],
  [
    'libs/peer-link/src/any.ts',
    'export const anything = (value: any): void => void value;\n',
    'no-explicit-any',
  ],
  ['libs/peer-link/src/long.ts', LONG, 'max-lines'],
];

const PROGRAM = 'node_modules/oxlint/bin/oxlint';

interface Finding {
  readonly filename: string;
  /** `plugin(rule)`. */
  readonly code: string;
}

describe('the rules of the house', () => {
  const seen = new Map<string, string>();
  let house: PlantedHouse;

  beforeAll(async () => {
    const borrowed = ['.oxlintrc.json', 'tools/house-rules.oxlint.js', 'package.json'];
    house = await plantHouse(
      borrowed,
      PLANTED.map(([file, text]) => [file, text]),
    );
    const { output } = await house.run(PROGRAM, ['--disable-nested-config', '--format', 'json']);
    const { diagnostics } = JSON.parse(output) as { readonly diagnostics: readonly Finding[] };
    for (const { filename, code } of diagnostics) {
      const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
      seen.set(filename, [seen.get(filename), rule].filter((name) => name !== undefined).join(' '));
    }
  });

  afterAll(() => house.tearDown());

  it.each(PLANTED.map(([file, , rule]) => [file, rule] as const))('%s: %s', (file, rule) => {
    expect(seen.get(file)).toBe(rule);
  });
});
