import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PlantedHouse, plantHouse } from './planted-house.js';

/**
 * A small project that breaks every border once; a circle is reported for one of its files. Each row has a file,
 * its text, and the rules that must find it.
 */
const PLANTED: readonly [file: string, text: string, rules: readonly string[]][] = [
  ['libs/kernel/src/index.ts', `export type { Result } from './result.js';`, []],
  ['libs/kernel/src/result.ts', 'export type Result = 1;', []],
  ['libs/kernel/src/clock.ts', `import 'node:os';`, ['kernel-builtins']],
  [
    'libs/session-core/src/index.ts',
    `import type { Result } from '@sap2/kernel';\nexport type S = Result;`,
    [],
  ],
  ['libs/session-core/src/store.ts', `import 'ioredis';`, ['session-core-packages']],
  ['libs/session-core/src/wire.ts', `import '@sap2/ssp-wire';`, ['session-core-rooms']],
  [
    'libs/session-core/src/type.ts',
    `import type { S } from '@sap2/ssp-wire';\nexport type T = S;`,
    ['session-core-rooms'],
  ],
  ['libs/session-core/src/round.ts', `import './about.js';`, []],
  ['libs/session-core/src/about.ts', `import './round.js';`, ['no-cycle']],
  ['libs/xml-codec/src/index.ts', `import 'libxmljs2';\nexport type X = 1;`, []],
  [
    'libs/ssp-wire/src/index.ts',
    `import 'libxmljs2';\nimport '@sap2/xml-codec';\nexport type S = 1;`,
    ['ssp-wire-packages'],
  ],
  ['libs/ssp-wire/src/nest.ts', `import '@nestjs/common';`, ['nest-ends-at-apps', 'ssp-wire-packages']],
  ['libs/ssp-wire/src/inside.ts', `import '../../kernel/src/result.js';`, ['front-door']],
  ['libs/ssp-wire/src/inside.spec.ts', `import '../../kernel/src/result.js';`, ['front-door']],
  ['libs/peer-link/src/index.ts', `import '@sap2/test-support';`, ['peer-link-rooms', 'tests-stay-out']],
  ['libs/peer-link/src/index.spec.ts', `import '@sap2/test-support';`, []],
  ['tests/support/index.ts', `import '@sap2/session-core';`, []],
  ['libs/attic/src/index.ts', `import '@sap2/kernel';`, ['unknown-room']],
  ['libs/config/src/index.ts', `import '@sap2/nowhere';`, ['resolvable']],
  ['apps/sap2/src/main.ts', `import '@nestjs/core';\nimport '@sap2/session-core';`, []],
  ['apps/sap1/src/main.ts', `import '@sap2/session-core';`, ['sap1-imports']],
  ['apps/demo/src/main.ts', `import '../../sap2/src/main.js';`, ['demo-imports']],
  ['apps/demo/src/tell.ts', `import '../../sap1/src/main.js';`, []],
  ['migrations/first.ts', `import '@sap2/kernel';`, ['migrations-stand-alone']],
];

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

const PROGRAM = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const ARGUMENTS = [
  'apps',
  'libs',
  'migrations',
  '--config',
  '.dependency-cruiser.cjs',
  '--output-type',
  'json',
];

describe('the borders of the house', () => {
  const seen = new Map<string, Set<string>>();
  let house: PlantedHouse;

  beforeAll(async () => {
    const borrowed = ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'];
    house = await plantHouse(
      borrowed,
      PLANTED.map(([file, text]) => [file, text]),
    );
    const { output } = await house.run(PROGRAM, ARGUMENTS);
    const { summary } = JSON.parse(output) as Cruise;
    for (const { from, rule } of summary.violations) {
      seen.set(from, (seen.get(from) ?? new Set()).add(rule.name));
    }
  });

  afterAll(() => house.tearDown());

  it.each(PLANTED)('%s: %j', (file, _, rules) => {
    expect([...(seen.get(file) ?? [])].toSorted()).toEqual(rules);
  });
});
