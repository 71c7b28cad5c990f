import { describe, expect, it } from '@jest/globals';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';
import { OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import type { RawPeer } from '../../support/peers/raw-http.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import {
  LEGACY,
  OPERATOR_NAME,
  type TlsWorld,
  tlsWorldForThisFile,
} from '../../support/service/tls-world.js';
import { USES } from '../../support/peers/uses-of-a-session.js';

const HOUR_MS = 3_600_000;
const world = tlsWorldForThisFile({ SAP2_SSP_PLAIN_PORT: '0' });

const misfits = (): readonly unknown[][] =>
  world.logged('ssp_message_misfit').map(({ peer, outcome }) => [peer, outcome]);

/** Message 1 of a set-up, by a sender that claims to be `peer`. */
async function firstMessage(peer: RawPeer, shown?: IssuedCertificate, url?: string): Promise<string> {
  const sap1 = world.sap1(peer, shown, url);
  return sap1
    .setUp()
    .hello()
    .then(
      ({ primitive }) => primitive.name,
      (error: Error) => error.message,
    );
}

/** The answer to each primitive over a wrong connection, in an SSP session of the owner. */
async function statusesOver(wrong: RawSap1, owner: RawSap1): Promise<Readonly<Record<string, number>>> {
  const user = world.newUser(owner);
  const id = await user.session();
  const { sessionID, theirSessionID } = owner;
  const thief = Object.assign(wrong, { sessionID, theirSessionID });
  const requests: Record<string, string> = { login: user.passwordRequest(), 'get SP info': getSPInfo(owner) };
  for (const [use, request] of Object.entries(USES)) requests[use] = request(user, id);
  Object.assign(requests, { 'SAP keep-alive': '<KeepAliveRequest/>', 'SAP logout': '<LogoutRequest/>' });
  const statuses: Record<string, number> = {
    acknowledgement: (await thief.post(thief.sessionMessage(ACKNOWLEDGEMENT))).status,
  };
  for (const [name, request] of Object.entries(requests)) {
    const message = thief.message([[thief.nextTransactionID(), request]]);
    statuses[name] = (await thief.post(message)).status;
  }
  // Nothing of it was done: neither the session nor the SSP session has gone.
  expect((await user.keepAlive(id)).code).toBe(200);
  return statuses;
}

const ACKNOWLEDGEMENT = '<Transaction mode="Response" transactionID="1"><Status code="200"/></Transaction>';
const getSPInfo = ({ metaInfo }: RawSap1): string => `<GetSPInfoRequest>${metaInfo}</GetSPInfoRequest>`;

const PRIMITIVES = [
  'acknowledgement',
  'login',
  'get SP info',
  ...Object.keys(USES),
  'SAP keep-alive',
  'SAP logout',
];
const refusedAll = Object.fromEntries(PRIMITIVES.map((name) => [name, 403]));

describe('two peers over TLS, each with a certificate of its own', () => {
  it('are known by the name or by the fingerprint in their agreements', async () => {
    for (const sap1 of [await world.operator(), await world.rival()]) {
      const user = world.newUser(sap1);
      const id = await user.session();
      expect((await user.keepAlive(id)).code).toBe(200);
      expect((await user.logOut(id)).code).toBe(200);
    }
  });

  it('are known through an authority in between, too', async () => {
    const below = await world.clientCa.subordinate();
    const shown = await below.issue({ names: [OPERATOR_NAME], usage: 'client' });
    expect(await firstMessage(OPERATOR, shown)).toBe('SendSecretToken');
  });

  it('a peer whose agreement asks for no certificate needs none', async () => {
    const user = world.newUser(await world.sap1(LEGACY).connect());
    expect((await user.logIn()).code).toBe(200);
  });
});

describe('a certificate is bound to its agreement (§2, §3)', () => {
  it('serviceID spoofing with the valid certificate of another peer fails at the set-up, who knows the secret or not', async () => {
    expect(await firstMessage(OPERATOR, world.rivalCertificate)).toMatch(
      /^HTTP 403: The transport, address or/u,
    );
    expect(await firstMessage(RIVAL, world.operatorCertificate)).toMatch(
      /^HTTP 403: The transport, address or/u,
    );
    expect(misfits()).toEqual(
      expect.arrayContaining([
        [OPERATOR.serviceID, 'other-certificate'],
        [RIVAL.serviceID, 'other-certificate'],
      ]),
    );
  });

  it('nor can a set-up be gone on with over the certificate of another', async () => {
    const honest = world.sap1(OPERATOR, world.operatorCertificate);
    const wrong = world.sap1(OPERATOR, world.rivalCertificate);
    for (const steps of [1, 2]) {
      const setUp = honest.setUp();
      await setUp.hello();
      if (steps === 2) await setUp.prove();
      const stolen = Object.assign(wrong.setUp(setUp.transactionID), {
        theirToken: setUp.theirToken,
        theirServiceID: setUp.theirServiceID,
      });
      const next = steps === 1 ? stolen.prove() : stolen.announce(wrong.newSessionID());
      await expect(next).rejects.toThrow('HTTP 403');
      // This does not end the set-up of the real peer.
      const own = steps === 1 ? await setUp.prove() : await setUp.announce(honest.newSessionID());
      expect(own.code ?? 200).toBe(200);
    }
  });

  it('nor by any primitive in an SSP session of another', async () => {
    const thief = world.sap1(OPERATOR, world.rivalCertificate);
    expect(await statusesOver(thief, await world.operator())).toEqual(refusedAll);
  });

  it.each<[string, string, (w: TlsWorld) => Promise<IssuedCertificate | undefined>]>([
    ['no certificate', 'no-certificate', async () => undefined],
    [
      'one that has expired',
      'no-certificate',
      (w) =>
        w.clientCa.issue({
          names: [OPERATOR_NAME],
          from: new Date(Date.now() - 2 * HOUR_MS),
          until: new Date(Date.now() - HOUR_MS),
        }),
    ],
    [
      'one that is not valid yet',
      'no-certificate',
      (w) => w.clientCa.issue({ names: [OPERATOR_NAME], from: new Date(Date.now() + HOUR_MS) }),
    ],
    [
      'one of another authority',
      'other-certificate',
      async () => (await CertificateAuthority.create()).issue({ names: [OPERATOR_NAME] }),
    ],
    [
      'one of another authority with the same name',
      'other-certificate',
      async () =>
        (await CertificateAuthority.create('Root of the operators')).issue({ names: [OPERATOR_NAME] }),
    ],
    [
      'one of the authority of the service',
      'other-certificate',
      (w) => w.serverCa.issue({ names: [OPERATOR_NAME] }),
    ],
    [
      'the name as the common name only',
      'other-certificate',
      (w) => w.clientCa.issue({ commonName: OPERATOR_NAME }),
    ],
    ['a wildcard', 'other-certificate', (w) => w.clientCa.issue({ names: ['*.operator.example'] })],
    [
      'one for servers only',
      'other-certificate',
      (w) => w.clientCa.issue({ names: [OPERATOR_NAME], usage: 'server' }),
    ],
  ])('%s is not the certificate agreed, at the set-up and for each primitive', async (_, why, issue) => {
    const shown = await issue(world);
    const before = misfits().length;
    expect(await firstMessage(OPERATOR, shown)).toMatch(/^HTTP 403/u);
    expect(await statusesOver(world.sap1(OPERATOR, shown), await world.operator())).toEqual(refusedAll);
    const after = misfits().slice(before);
    expect(after).toHaveLength(1 + PRIMITIVES.length);
    expect(new Set(after.map(([, outcome]) => outcome))).toEqual(new Set([why]));
  });
});

describe('downgrade', () => {
  it('http is refused where https is agreed, at the set-up and for each primitive', async () => {
    expect(await firstMessage(OPERATOR, undefined, world.service.plainUrl)).toMatch(/^HTTP 403/u);
    const plain = world.sap1(OPERATOR, undefined, world.service.plainUrl);
    expect(await statusesOver(plain, await world.operator())).toEqual(refusedAll);
    expect(misfits()).toContainEqual([OPERATOR.serviceID, 'plain-http']);
  });

  it('and taken on the port for it, where the agreement allows it', async () => {
    const user = world.newUser(await world.sap1(LEGACY, undefined, world.service.plainUrl).connect());
    expect((await user.logIn()).code).toBe(200);
  });

  it('the port of https does not speak http', async () => {
    const http = world.service.sspUrl.replace('https:', 'http:');
    expect(await firstMessage(LEGACY, undefined, http)).not.toMatch(/SendSecretToken|HTTP 200/u);
  });
});
