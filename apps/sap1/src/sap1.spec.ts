import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestPrimitive, ResponsePrimitive } from '@sap2/ssp-wire';
import {
  FakeSap2,
  loginAnswer,
  OPERATOR,
  PROVIDER,
  SECRET,
  status,
} from '../../../tests/support/peers/fake-sap2.js';
import { Handset } from './handset.js';
import { Sap1, type Sap1Options } from './sap1.js';
import { statusOf } from './requests.js';
import type { TracedMessage } from './trace.js';

const NONCE = 'e6b68ebd81309d538357e39e2fba3204';
const phone = new Handset('wv:alice@provider.example', 'phone-1@handset', 'secret', ['MD5']);

/** Accepts a login that answers the nonce with the digest of the published vector. */
function doorman(request: RequestPrimitive): ResponsePrimitive {
  if (request.kind === 'UserKeepAliveRequest') {
    return { kind: 'UserKeepAliveResponse', status: statusOf(601), keepAliveTime: 60, exceptions: [] };
  }
  if (request.kind !== 'UserLoginRequest') return status(200);
  const { credential } = request;
  if (credential.scheme === 'challenge') return loginAnswer(401, { nonce: NONCE, digestSchema: 'MD5' });
  const right = credential.scheme === 'digest' && credential.digestBytes === 'ofnsv5Ty36paeU1JJ+f8fQ==';
  return right ? loginAnswer(200, { userSessionID: '03abc', keepAliveTime: 60 }) : loginAnswer(409, {});
}

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function between(
  sap2 = new FakeSap2(doorman),
  options: Partial<Sap1Options> = {},
): Promise<{ readonly sap1: Sap1; readonly sap2: FakeSap2; readonly traced: TracedMessage[] }> {
  const traced: TracedMessage[] = [];
  running.push(sap2);
  const sap1 = new Sap1({
    ownServiceID: OPERATOR,
    sharedSecret: SECRET,
    sspUrl: await sap2.start(),
    trace: (message) => void traced.push(message),
    ...options,
  });
  return { sap1, sap2, traced };
}

describe('an SSP session', () => {
  it('comes up by six messages, and each side knows the id of the other', async () => {
    const { sap1, sap2, traced } = await between();
    const session = await sap1.connect();
    expect(traced).toHaveLength(6);
    expect(session.peerServiceID).toBe(PROVIDER);
    expect(session.ownID).toMatch(/^[0-9a-f]{32}@operator\.example$/);
    expect([...sap2.sspSessions]).toEqual([[session.ownID, session.peerID]]);
  });

  it('never shows the secret on the wire', async () => {
    const { sap1, traced } = await between();
    await sap1.connect();
    expect(traced.filter(({ xml }) => xml.includes(SECRET))).toEqual([]);
  });

  it('is refused with 409 to a SAP 1 that has another secret', async () => {
    const { sap1 } = await between(undefined, { sharedSecret: 'a guess' });
    await expect(sap1.connect()).rejects.toMatchObject({ reason: 'set-up-refused', code: 409 });
  });

  it('is not made with anybody but the peer of the agreement', async () => {
    const { sap1 } = await between(undefined, { peerServiceID: 'wv:@other.example' });
    await expect(sap1.connect()).rejects.toMatchObject({ reason: 'untrusted' });
  });

  it('is set up once for all who need it at the same time', async () => {
    const { sap1, sap2 } = await between();
    await Promise.all([sap1.sapLogout(), sap1.getSPInfo(), sap1.connect()].map((one) => one.catch(String)));
    expect(sap2.sspSessions.size).toBe(1);
  });

  it('is set up again after HTTP 403, and the same transaction is sent again', async () => {
    const { sap1, sap2 } = await between();
    const first = await sap1.connect();
    sap2.sspSessions.clear();
    const transactionID = sap1.nextTransactionID();
    const primitive = { kind: 'LogoutRequest' } as const;
    const [answer] = await sap1.send([{ mode: 'Request', transactionID, primitive }]);
    expect(answer).toMatchObject({ transactionID, primitive: { kind: 'Status' } });
    expect(sap1.sspSession?.ownID).not.toBe(first.ownID);
    expect(sap2.asked).toEqual([{ transactionID, primitive }]);
  });

  it('that gets no answer says so', async () => {
    const { sap1, sap2 } = await between();
    await sap2.stop();
    await expect(sap1.connect()).rejects.toMatchObject({ reason: 'unreachable' });
    await sap2.start();
  });
});

describe('a user session', () => {
  it('begins by a challenge that the handset answers; neither SAP 1 nor the wire has the password', async () => {
    const { sap1, sap2, traced } = await between();
    const answer = await sap1.loginChallenge(phone, { keepAliveTimeS: 60 });
    expect(answer).toMatchObject({ kind: 'UserLoginResponse', userSessionID: '03abc' });
    const [first, second] = sap2.asked;
    expect(second?.transactionID).not.toBe(first?.transactionID);
    expect(traced.filter(({ xml }) => xml.includes('>secret<'))).toEqual([]);
    expect([...sap1.sessions.values()]).toEqual([{ userSessionID: '03abc', user: phone.user }]);
  });

  it('does not begin with a wrong password', async () => {
    const { sap1 } = await between();
    const answer = await sap1.loginChallenge(new Handset('wv:alice@provider.example', 'p', 'guess'));
    expect(answer.status.code).toBe(409);
    expect(sap1.sessions.size).toBe(0);
  });

  it('speaks for its user in what follows, and is gone after a logout', async () => {
    const { sap1, sap2 } = await between();
    await sap1.loginChallenge(phone);
    await sap1.logout('03abc');
    expect(sap2.asked.at(-1)?.primitive).toMatchObject({
      kind: 'UserLogoutRequest',
      metaInfo: { clientOriginated: true, requestor: { serviceID: OPERATOR, user: phone.user } },
    });
    expect(sap1.sessions.size).toBe(0);
  });

  it('is forgotten when a keep-alive learns that SAP 2 has ended it', async () => {
    const { sap1 } = await between();
    await sap1.loginChallenge(phone);
    expect((await sap1.keepAlive('03abc')).status.code).toBe(601);
    expect(sap1.sessions.size).toBe(0);
  });
});

it('an answer of another kind than the question is nothing that SAP 1 goes on with', async () => {
  const { sap1 } = await between(new FakeSap2(() => loginAnswer(200, {})));
  await expect(sap1.logout('03abc')).rejects.toMatchObject({ reason: 'not-the-binding' });
});
