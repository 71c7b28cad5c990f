import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS } from '@sap2/csp-wire';
import { freePort } from '@sap2/embedded-stores';
import { testFolder, until } from '@sap2/test-support';
import pLimit from 'p-limit';
import { RawHandset } from '../../support/peers/raw-handset.js';
import { build } from '../../support/service/built-program.js';
import { CONFORMANCE_SEED } from '../../support/service/conformance-world.js';
import { GatewayProcesses } from '../../support/service/gateway-process.js';
import { gatewayFileFor } from '../../support/service/gateway-world.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';
import { partsIn, partsOf } from '../../support/service/secret-parts.js';

const LOGINS = 1_000;
const AT_ONCE = 16;
const LONG_MS = 600_000;
/** Node writes a heap snapshot at this signal. */
const SIGNAL = 'SIGUSR2';

/** Each login in another form than the one before it. */
const FORMS = CSP_VERSIONS.flatMap((version) =>
  (['xml', 'wbxml'] as const).flatMap((encoding) =>
    (['two-way', 'SHA', 'MD5'] as const).map((scheme) => ({ version, encoding, scheme })),
  ),
);
/** 1.2 in XML, in each scheme. */
const LAST_FORMS = [6, 7, 8];

const folder = mkdtempSync(join(testFolder(), 'heap-'));
const gateways = new GatewayProcesses();
/** XML and latin-1 write the last characters in forms of their own. */
const users = Array.from({ length: LOGINS }, (_, i) => ({
  userID: `wv:guest-${i}@provider.example`,
  password: `${randomBytes(15).toString('base64url')}&ü${i}`,
}));
const secrets = new Set<string>();
const sessionIDs = new Set<string>();
let service: ServiceUnderTest;
let configFile: string;
let frontPort: number;

beforeAll(async () => {
  let pushesPort: number;
  [frontPort, pushesPort] = [await freePort(), await freePort()];
  const [agreement] = CONFORMANCE_SEED.agreements;
  const callbackUrl = `http://127.0.0.1:${pushesPort}/`;
  const seed = { ...CONFORMANCE_SEED, agreements: [{ ...agreement, callbackUrl }], users };
  [service] = await Promise.all([startServiceUnderTest({}, seed), build()]);
  const front = {
    port: frontPort,
    longPollS: 0,
    limits: { perAddressPerS: 1_000_000, perUserPerS: 1_000_000 },
  };
  configFile = join(folder, 'sap1.json');
  const settings = gatewayFileFor(service.sspUrl, pushesPort, { front, logLevel: 'debug' });
  writeFileSync(configFile, JSON.stringify(settings));
}, LONG_MS);

afterAll(async () => {
  gateways.kill();
  await service.stop();
});

/** One login, whose secrets the test remembers. */
async function logIn(index: number): Promise<void> {
  const { userID = '', password = '' } = users[index] ?? {};
  const { scheme, ...form } = FORMS[index % FORMS.length] ?? { scheme: 'two-way' };
  const handset = new RawHandset(`http://127.0.0.1:${frontPort}/csp`, { ...form, userID, password });
  // Some users mistype it first.
  if (index % 7 === 0) await handset.login(remember(`mistyped-${password}`));
  await until('the login', async () => {
    if (scheme === 'two-way') return (await handset.login(remember(password))) === 200;
    const { nonce = '' } = await handset.challenge(scheme);
    remember(handset.digest(remember(nonce), scheme));
    return (await handset.respond(nonce, scheme)) === 200;
  });
  sessionIDs.add(handset.sessionID ?? '');
  handset.close();
}

function remember(secret: string): string {
  secrets.add(secret);
  return secret;
}

/** Every text of the heap now, whole and once. */
async function textsOfHeap(child: ChildProcess): Promise<readonly string[]> {
  child.kill(SIGNAL);
  const file = await until('the snapshot', () => {
    const found = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'));
    return found !== undefined && isWhole(join(folder, found)) && join(folder, found);
  });
  const { strings } = JSON.parse(readFileSync(file, 'utf8')) as { readonly strings: readonly string[] };
  rmSync(file);
  return strings;
}

/** Node writes for seconds. The file ends with this when it is complete. */
function isWhole(file: string): boolean {
  const end = Buffer.alloc(2);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, end, 0, end.length, Math.max(0, statSync(file).size - end.length));
  closeSync(descriptor);
  return end.toString() === ']}';
}

describe('the heap of the gateway after 1 000 logins', () => {
  it(
    'has no password, digest or nonce in it, and the log has none',
    async () => {
      const flags = [
        `--heapsnapshot-signal=${SIGNAL}`,
        `--diagnostic-dir=${folder}`,
        // Otherwise the snapshot cuts every text after 1 024 characters.
        '--heap-snapshot-string-limit=1000000',
      ];
      const { child, exited, log } = await gateways.serve(['--config', configFile], {}, flags);
      const limit = pLimit(AT_ONCE);
      await Promise.all(users.map((_, index) => limit(() => logIn(index))));
      const texts = await textsOfHeap(child);
      expect(texts.filter((text) => sessionIDs.has(text))).toHaveLength(LOGINS);
      const known = partsOf(secrets);
      expect(partsIn(texts, known)).toEqual([]);
      expect(partsIn(log, known)).toEqual([]);
      // A login is the last message before the snapshot: nothing newer has replaced its texts.
      for (const index of LAST_FORMS) {
        await logIn(index);
        expect(partsIn(await textsOfHeap(child), partsOf(secrets))).toEqual([]);
      }
      child.kill('SIGTERM');
      expect(await exited).toBe(0);
    },
    LONG_MS,
  );
});
