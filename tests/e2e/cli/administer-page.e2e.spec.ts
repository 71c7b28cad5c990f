import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testFolder } from '@sap2/test-support';
import { build } from '../../support/service/built-program.js';
import { blocksOf, likeCheckout, pageOf, ReadersShell } from '../../support/service/readers-shell.js';
import {
  type ServiceUnderTest,
  startServiceUnderTest,
  type TestSeed,
} from '../../support/service/service-under-test.js';

const PAGE = pageOf('docs/administer.md');
/** The commands that are shown, as they are: only the ports are those of this service. */
const COMMANDS = blocksOf(PAGE, 'sh');

let service: ServiceUnderTest;
let shell: ReadersShell;
beforeAll(async () => {
  await build();
  service = await startServiceUnderTest({}, JSON.parse(blocksOf(PAGE, 'json')[0] ?? '') as TestSeed);
  const folder = testFolder();
  likeCheckout(folder);
  shell = new ReadersShell(folder);
}, 300_000);
afterAll(async () => {
  shell.close();
  await service.stop();
});

const here = (text: string): string =>
  text
    .replaceAll('http://127.0.0.1:7080', service.adminUrl)
    .replaceAll('http://127.0.0.1:7070/ssp', service.sspUrl);

describe('docs/administer.md', () => {
  const said: string[] = [];

  it.each(COMMANDS.map((block) => [block.trim().split('\n')[0] ?? '', block]))(
    '%s',
    async (_first, block) => {
      said.push(await shell.run(here(block)));
      expect(said.at(-1)).not.toContain('"status":409');
    },
    60_000,
  );

  it('begins on a data folder and a seed file of its own', () => {
    expect(PAGE).toContain('SAP2_DATA_DIR=.sap2-first-hour SAP2_SEED_FILE=first-hour.json npm start');
  });

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
