import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestTransaction, UserDisconnectRequest } from '@sap2/ssp-wire';
import { FakeSap2, loginAnswer, OPERATOR, PROVIDER, SECRET } from '../../../tests/support/peers/fake-sap2.js';
import { clientAt } from './handset.js';
import { metaInfo, statusOf } from './requests.js';
import { Sap1 } from './sap1.js';
import { SspLink } from './ssp-link.js';

const user = { userID: 'wv:alice@provider.example', clientID: clientAt('phone-1@handset') };

const disconnect = (userSessionID: string): UserDisconnectRequest => ({
  kind: 'UserDisconnectRequest',
  metaInfo: metaInfo(PROVIDER, undefined),
  userSessionID,
  user,
  status: statusOf(601),
  tryAgainTimeoutS: undefined,
});

const push = (transactionID: string, userSessionID: string): RequestTransaction => ({
  mode: 'Request',
  transactionID,
  primitive: disconnect(userSessionID),
});

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

/** SAP 1 with one session, and SAP 2's way to it. */
async function pushing(): Promise<{
  readonly sap1: Sap1;
  readonly toSap1: SspLink;
  readonly ended: UserDisconnectRequest[];
}> {
  const sap2 = new FakeSap2(() => loginAnswer(200, { userSessionID: '03abc', keepAliveTime: 60 }));
  const ended: UserDisconnectRequest[] = [];
  const sap1 = new Sap1({
    ownServiceID: OPERATOR,
    sharedSecret: SECRET,
    sspUrl: await sap2.start(),
    listen: { host: '127.0.0.1', port: 0 },
    onDisconnect: (request) => void ended.push(request),
  });
  running.push(sap2, { stop: () => sap1.close() });
  const sspUrl = await sap1.listen();
  await sap1.loginPassword(user, 'secret');
  const toSap1 = new SspLink({ ownServiceID: PROVIDER, sharedSecret: SECRET, sspUrl }, () => undefined);
  return { sap1, toSap1, ended };
}

const codes = async (answers: ReturnType<SspLink['send']>): Promise<readonly unknown[]> =>
  (await answers).map(({ primitive }) => ('status' in primitive ? primitive.status.code : undefined));

describe('what SAP 2 pushes', () => {
  it('comes over an SSP session that SAP 2 sets up, and ends the user session at SAP 1', async () => {
    const { sap1, toSap1, ended } = await pushing();
    const awaited = sap1.disconnectOf('03abc', AbortSignal.timeout(5000));
    expect(await codes(toSap1.send([push('d-1', '03abc')]))).toEqual([200]);
    expect(await awaited).toEqual(disconnect('03abc'));
    expect(ended).toEqual([disconnect('03abc')]);
    expect(sap1.sessions.size).toBe(0);
    expect(sap1.pushes.received.map(({ kind }) => kind)).toEqual([
      'SendSecretToken',
      'LoginRequest',
      'LoginResponse',
      'UserDisconnectRequest',
    ]);
  });

  it('is 604 for a session that SAP 1 does not know, and leaves its neighbours alone', async () => {
    const { toSap1 } = await pushing();
    expect(await codes(toSap1.send([push('d-1', '03xyz'), push('d-2', '03abc')]))).toEqual([604, 200]);
  });

  it('gets 403 after SAP 1 forgot the SSP session, and comes again over a new one', async () => {
    const { sap1, toSap1 } = await pushing();
    await toSap1.connect();
    sap1.forgetSspSessions();
    expect(await codes(toSap1.send([push('d-1', '03abc')]))).toEqual([200]);
    expect(sap1.pushes.received.filter(({ transactionID }) => transactionID === 'd-1')).toHaveLength(2);
  });

  it('is noted each time, with its transactionID, whatever a test makes of it', async () => {
    const { sap1, toSap1, ended } = await pushing();
    await toSap1.connect();
    const reactions = [{ kind: 'http', status: 500 }, { kind: 'drop' }, { kind: 'lose-answer' }] as const;
    let next = 0;
    sap1.pushes.react = () => reactions[next++] ?? { kind: 'answer' };
    await expect(toSap1.send([push('d-1', '03abc')])).rejects.toMatchObject({ reason: 'http', code: 500 });
    await expect(toSap1.send([push('d-1', '03abc')])).rejects.toMatchObject({ reason: 'unreachable' });
    expect(ended).toHaveLength(0);
    await expect(toSap1.send([push('d-1', '03abc')])).rejects.toMatchObject({ reason: 'unreachable' });
    expect(ended).toHaveLength(1);
    expect(await codes(toSap1.send([push('d-1', '03abc')]))).toEqual([604]);
    const pushes = sap1.pushes.received.filter(({ userSessionID }) => userSessionID === '03abc');
    expect(pushes.map(({ transactionID }) => transactionID)).toEqual(['d-1', 'd-1', 'd-1', 'd-1']);
  });

  it('is not taken from somebody who does not know the secret', async () => {
    const { sap1 } = await pushing();
    const sspUrl = sap1.pushes.url;
    const stranger = new SspLink(
      { ownServiceID: PROVIDER, sharedSecret: 'a guess', sspUrl },
      () => undefined,
    );
    await expect(stranger.connect()).rejects.toMatchObject({ reason: 'set-up-refused', code: 409 });
  });
});

describe('the listener for pushes', () => {
  it('is for POST and for SSP', async () => {
    const { sap1 } = await pushing();
    const get = await fetch(sap1.pushes.url);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(sap1.pushes.url, { method: 'POST', body: '<a/>' })).status).toBe(400);
    const flood = fetch(sap1.pushes.url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect((await flood).status).toBe(413);
  });
});
