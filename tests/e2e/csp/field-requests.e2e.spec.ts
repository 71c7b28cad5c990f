import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { DecodedCspMessage } from '@sap2/csp-wire';
import { codeIn, RawHandset } from '../../support/peers/raw-handset.js';
import { CONFORMANCE_SEED } from '../../support/service/conformance-world.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const FOLDER = resolve(import.meta.dirname, '../../../test-vectors/csp/field');
const BOBS_PASSWORD = 'bobs-own-password';

const world = gatewayWorldForThisFile(
  {},
  {},
  {
    ...CONFORMANCE_SEED,
    users: [
      { userID: 'wv:alice@provider.example', password: 'alice-pw' },
      { userID: 'wv:bob@provider.example', password: BOBS_PASSWORD },
    ],
  },
);

/** What the gateway answers; of the ones that are alike in each version, without the version. */
const EXPECTED: Readonly<Record<string, readonly [primitive: string, code: number]>> = {
  'login-2way-pwd': ['Login-Response', 200],
  'service-request': ['Service-Response', 200],
  clientcapability: ['ClientCapability-Response', 200],
  keepalive: ['KeepAlive-Response', 200],
  'keepalive-ttl600': ['KeepAlive-Response', 200],
  'keepalive-ttl99999': ['KeepAlive-Response', 200],
  'getspinfo-insession': ['GetSPInfo-Response', 200],
  logout: ['Status', 200],
  'keepalive-after-logout': ['Status', 604],
  'getspinfo-outband': ['GetSPInfo-Response', 200],
  'login-4way-step1-MD5': ['Login-Response', 401],
  'login-4way-step1-SHA': ['Login-Response', 401],
  'login-4way-step1-MD5+SHA': ['Login-Response', 401],
  // The answer to the challenge before it.
  'login-4way-step2-md5': ['Login-Response', 200],
  // No challenge is open for this client: it gets one.
  'login-4way-step2-md5-REPLAYED-same-digest': ['Login-Response', 401],
  // Wrong digests, each after a challenge.
  'login-4way-step2-sha1-digest': ['Login-Response', 409],
  'login-4way-step2-wrong-digest': ['Login-Response', 409],
};

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.xml'));
const requestOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const versionOf = (request: string): '1.1' | '1.2' | '1.3' => /CSP(1\.[123])"/.exec(request)?.[1] as '1.1';

describe('requests of the field', () => {
  const handsets = new Map<string, RawHandset>();
  let sessionID = '';
  let challenges = 0;

  const send = async (request: string) => {
    const version = versionOf(request);
    const handset = handsets.get(version) ?? new RawHandset(world.url, { version, userID: '', password: '' });
    handsets.set(version, handset);
    return handset.read(await handset.post(request));
  };

  /** The nonce of a fresh challenge, asked for as bob's handset did. */
  const challenge = async (): Promise<string> => {
    const answer = (
      await send(requestOf('32-login-4way-step1-MD5.xml').replace('>32<', `>c${++challenges}<`))
    )?.primitive;
    return answer?.kind === 'Login-Response' ? (answer.nonce ?? '') : '';
  };

  const digestOf = (nonce: string): string =>
    createHash('md5')
      .update(nonce + BOBS_PASSWORD)
      .digest('base64');

  afterAll(() => {
    for (const handset of handsets.values()) handset.close();
  });

  it('are all known to this test', () => {
    expect(files).toHaveLength(35);
    expect(files.map(nameOf).filter((name) => !(name in EXPECTED))).toEqual([]);
  });

  /** As recorded, with what belongs to the present. */
  const present = async (name: string, recorded: string): Promise<string> => {
    const request = recorded.replace(/<SessionID>[^<]*/u, `<SessionID>${sessionID}`);
    if (!/step2-(sha1|wrong|md5$)/.test(name)) return request;
    const digest = digestOf(await challenge());
    return name.endsWith('md5') ? request.replace(/<DigestBytes>[^<]*/u, `<DigestBytes>${digest}`) : request;
  };

  it.each(files)('%s', async (file) => {
    const name = nameOf(file);
    const answer = await send(await present(name, requestOf(file)));
    const [primitive, code] = EXPECTED[name] ?? [];
    const wanted = name === 'logout' && answer?.version === '1.1' ? 'Disconnect' : primitive;
    expect([answer?.primitive.kind, codeIn(answer)]).toEqual([wanted, code]);
    sessionID = sessionIn(answer) ?? sessionID;
  });
});

/** `05-keepalive-ttl600-v1.1.xml` is `keepalive-ttl600`. */
function nameOf(file: string): string {
  return file.replace(/^\d+-/u, '').replace(/(-v1\.[123])?\.xml$/u, '');
}

const sessionIn = (answer: DecodedCspMessage | undefined): string | undefined =>
  answer?.primitive.kind === 'Login-Response' ? answer.primitive.sessionID : undefined;
