import { describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import { FakeDirectory } from '@sap2/test-support';
import { bareStatus } from '../status-table.js';
import { agreementWith, aRoute, held, listening, LOGIN, readTransaction, settled } from '../steps.fixture.js';
import { takeTurn } from './take-turn.step.js';

const OK = bareStatus(200, 'OK');
const WITH_PASSWORD = { ...LOGIN, credential: { scheme: 'password', password: 'secret' } } as const;

const taking = (loginWaitMs = 300_000) => {
  const { heard, measures } = listening();
  const lines: Record<string, { readonly waiting: number }> = {};
  const watchLogins = (kind: string, line: { readonly waiting: number }): void => {
    lines[kind] = line;
  };
  const directory = new FakeDirectory()
    .serve('one.example' as Domain, { hasUserDirectory: true })
    .serve('two.example' as Domain, { hasUserDirectory: true });
  return { step: takeTurn({ loginWaitMs, directory, measures: { ...measures, watchLogins } }), heard, lines };
};

describe('logins', () => {
  it('are under way 16 at once, and the peers whose logins wait take turns', async () => {
    const { step } = taking();
    const begun: string[] = [];
    const { release, work } = held(OK);
    const logIn = (peer: string) =>
      step(readTransaction(aRoute('login'), { agreement: agreementWith(peer) }), () => {
        begun.push(peer);
        return work();
      });
    const all = Array.from({ length: 20 }, () => logIn('noisy'));
    all.push(logIn('quiet'));
    await settled();
    expect(begun).toEqual(Array.from({ length: 16 }, () => 'noisy'));
    release();
    await Promise.all(all);
    expect(begun.slice(16, 18)).toEqual(['noisy', 'quiet']);
  });
});

describe('logins with a password', () => {
  it('have a line of their own: other logins do not wait for them', async () => {
    const { step, lines } = taking();
    const { release, work } = held(OK);
    const withPassword = () => step(readTransaction(aRoute('login'), { primitive: WITH_PASSWORD }), work);
    const all = Array.from({ length: 30 }, withPassword);
    await settled();
    expect([lines['password']?.waiting, lines['other']?.waiting]).toEqual([14, 0]);
    const challenge = readTransaction(aRoute('login'), { primitive: LOGIN });
    expect(await step(challenge, () => Promise.resolve(OK))).toBe(OK);
    release();
    await Promise.all(all);
    expect(lines['password']?.waiting).toBe(0);
  });

  it('that wait too long are refused: 503 and when to come again', async () => {
    const { step, heard } = taking(1);
    const { release, work } = held(OK);
    const ofPeer = (peer: string) =>
      step(
        readTransaction(aRoute('login'), { agreement: agreementWith(peer), primitive: WITH_PASSWORD }),
        work,
      );
    const all = Array.from({ length: 16 }, () => ofPeer('noisy'));
    expect((await ofPeer('noisy')).status).toMatchObject({ code: 503, tryAgainTimeoutS: 5 });
    expect(heard).toEqual(['noisy password-line']);
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set([OK]));
    expect(await ofPeer('noisy')).toBe(OK);
  });
});

describe('logins of a domain with a user directory', () => {
  it('wait for their own directory only', async () => {
    const { step, lines } = taking();
    const { release, work } = held(OK);
    const ofUser = (userID: string, doing = work) => {
      const requestor = { serviceID: 'wv:@peer.example', user: { userID, clientID: undefined } };
      const primitive = { ...WITH_PASSWORD, metaInfo: { clientOriginated: true, requestor } };
      return step(readTransaction(aRoute('login'), { primitive }), doing);
    };
    const all = Array.from({ length: 20 }, () => ofUser('wv:alice@one.example'));
    await settled();
    expect([lines['directory']?.waiting, lines['password']?.waiting]).toEqual([4, 0]);
    for (const userID of ['wv:alice@two.example', 'wv:alice@elsewhere.example', 'alice'])
      expect(await ofUser(userID, () => Promise.resolve(OK))).toBe(OK);
    release();
    await Promise.all(all);
    expect(lines['directory']?.waiting).toBe(0);
  });
});

describe('everything else', () => {
  it('waits for no login', async () => {
    const { step } = taking();
    const { release, work } = held(OK);
    const logins = Array.from({ length: 20 }, () => step(readTransaction(aRoute('login')), work));
    for (const urgency of ['keep-alive', 'logout'] as const) {
      expect(await step(readTransaction(aRoute(urgency)), () => Promise.resolve(OK))).toBe(OK);
    }
    release();
    await Promise.all(logins);
  });
});
