import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@sap2/test-support';
import { build } from '../../support/service/built-program.js';
import {
  type ServiceUnderTest,
  startServiceUnderTest,
  type TestSeed,
} from '../../support/service/service-under-test.js';

/** The service under test answers in this very process, so nothing here may block it. */
const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/administer.md'), 'utf8');
const blocks = (language: string): string[] =>
  Array.from(
    PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')),
    ([, block = '']) => block,
  );

/** The commands that are shown, as they are: only the ports are those of this service. */
const COMMANDS = blocks('sh');
const EXPORTS = COMMANDS.flatMap((block) => block.split('\n').filter((line) => line.startsWith('export ')));

let service: ServiceUnderTest;
let folder: string;
beforeAll(async () => {
  service = await startServiceUnderTest({}, JSON.parse(blocks('json')[0] ?? '') as TestSeed);
  folder = testFolder();
  // What the page does in the folder of the checkout, without leaving anything in it.
  for (const name of ['package.json', 'dist']) symlinkSync(join(ROOT, name), join(folder, name));
  await build();
}, 300_000);
afterAll(() => service.stop());

const here = (text: string): string =>
  text
    .replaceAll('http://127.0.0.1:7080', service.adminUrl)
    .replaceAll('http://127.0.0.1:7070/ssp', service.sspUrl);

describe('docs/administer.md', () => {
  const said: string[] = [];

  it.each(COMMANDS.map((block) => [block.trim().split('\n')[0] ?? '', block]))(
    '%s',
    async (_first, block) => {
      const script = [
        'set -euo pipefail',
        ...EXPORTS,
        block.replaceAll('npm run --silent sap1 --', 'node dist/apps/sap1/src/main.js'),
      ];
      const { stdout } = await run('bash', ['-c', here(script.join('\n'))], { cwd: folder, timeout: 60_000 });
      said.push(stdout);
      // What fails is thrown, with all that it said.
      expect(stdout).toBeDefined();
    },
  );

  it('does what it says', () => {
    const all = said.join('\n');
    for (const word of [
      '"status":"ok"',
      '"name":"provider.example"',
      '"userID":"wv:alice@provider.example"',
      '"status":"refused"',
      'Logout: 200',
      '"peer":"wv:@operator.example"',
      '"cause":"account-suspended"',
      '"inbound":2',
      '"paused":true',
      '"enabled":false',
      '"action":"user.suspend"',
      '"sound":true',
    ])
      expect(all).toContain(word);
  });
});
