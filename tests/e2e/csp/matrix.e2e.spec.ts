import { afterAll, describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS, type CspEncoding, type CspVersion } from '@sap2/csp-wire';
import { until } from '@sap2/test-support';
import { codeIn, type RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({ front: { port: 0, longPollS: 0 } });

const ENCODINGS: readonly CspEncoding[] = ['xml', 'wbxml'];
const LOGINS: Readonly<Record<string, (handset: RawHandset) => Promise<number>>> = {
  'two-way': (handset) => handset.login(),
  MD5: (handset) => handset.loginDigest('MD5'),
  SHA: (handset) => handset.loginDigest('SHA'),
};

type Row = readonly [version: CspVersion, encoding: CspEncoding, login: string];
const ROWS: readonly Row[] = CSP_VERSIONS.flatMap((version) =>
  ENCODINGS.flatMap((encoding) => Object.keys(LOGINS).map((login): Row => [version, encoding, login])),
);

/** The codes of one handset’s life, step by step. */
async function life(handset: RawHandset, login: string): Promise<Readonly<Record<string, number>>> {
  const wrong = await handset.login('wrong');
  const loggedIn = await LOGINS[login]?.(handset);
  const functions = [{ name: 'WVCSPFeat', children: [] }];
  const { clientID } = handset;
  const capability = await handset.say({
    kind: 'ClientCapability-Request',
    clientID,
    capabilityList: [{ name: 'ClientType', value: 'MOBILE_PHONE' }],
  });
  const service = await handset.say({
    kind: 'Service-Request',
    clientID,
    functions,
    allFunctionsRequest: true,
  });
  const presence = await handset.say({ kind: 'other', name: 'GetPresence-Request' });
  const info = await handset.say({ kind: 'GetSPInfo-Request', clientID });
  const alive = await handset.keepAlive(600);
  await world.end(handset.sessionID ?? '');
  const push = await until('the push', () => handset.poll());
  const after = await handset.keepAlive();
  await handset.login();
  const bye = await handset.logout();
  return {
    wrong,
    login: loggedIn ?? 0,
    capability: codeIn(capability),
    service: codeIn(service),
    presence: codeIn(presence),
    info: codeIn(info),
    alive,
    push: push.primitive.kind === 'Disconnect' ? codeIn(push) : 0,
    after,
    logout: codeIn(bye),
    gone: await handset.keepAlive(),
  };
}

describe('every version in both encodings', () => {
  const lines: string[] = [];
  afterAll(() => void process.stdout.write(`${lines.join('\n')}\n`));

  it.each(ROWS)('%s %s %s', async (version, encoding, login) => {
    const codes = await life(world.newHandset({ version, encoding }), login);
    const shown = Object.entries(codes).map(([step, code]) => `${step} ${code}`);
    lines.push([version, encoding.padEnd(5), login.padEnd(7), ...shown].join('  '));
    expect(codes).toEqual({
      wrong: 409,
      login: 200,
      capability: 200,
      service: 200,
      presence: 506,
      info: 200,
      alive: 200,
      push: 601,
      after: 601,
      logout: 200,
      gone: 604,
    });
  });
});
