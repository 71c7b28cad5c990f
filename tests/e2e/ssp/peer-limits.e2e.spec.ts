import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import { whileLoginsAreHeld } from '../../support/service/held-logins.js';
import type { HttpAnswer } from '../../support/peers/raw-http.js';
import type { Answer, RawRequest, RawSap1 } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';

const crowded = worldForThisFile({ SAP2_MAX_IN_FLIGHT: '20', SAP2_PEER_IN_FLIGHT: '10' });
/** Shares of logins in them. */
const LOGINS = 12;
const LOGINS_OF_PEER = 6;
/** Messages of one peer at once. */
const FLOOD = 50;

/** Slower than the slowest machine: parallel requests would need half a minute to be allowed. */
const REQUEST_RATE = 6;
const LOGIN_RATE = 1;
const AT_ONCE = { requests: 200, logins: 30 };
const rated = worldForThisFile({
  SAP2_PEER_REQUEST_RATE: String(REQUEST_RATE),
  SAP2_PEER_LOGIN_RATE: String(LOGIN_RATE),
});

const post = (
  sap1: RawSap1,
  primitive: string,
  transactionID = sap1.nextTransactionID(),
): Promise<HttpAnswer> => sap1.post(sap1.message([[transactionID, primitive]]));

const withStatus = (answers: readonly HttpAnswer[], status: number): readonly HttpAnswer[] =>
  answers.filter((answer) => answer.status === status);

async function turnedAway(world: typeof crowded, peer: string, cause: string): Promise<number> {
  const scrape = await world.service.admin('GET', '/metrics');
  return new Exposition(await scrape.text()).value('sap2_ssp_turned_away_total', { peer, cause });
}

const underWay = async (): Promise<number> => {
  const scrape = await crowded.service.admin('GET', '/metrics');
  return new Exposition(await scrape.text()).value('sap2_ssp_messages_in_flight');
};

describe('a peer that asks for more than its share (§2)', () => {
  it('is refused what is beyond it, and another peer is served as ever; keep-alives go on, logins are refused first', async () => {
    const [noisy, quiet] = [crowded.operator, crowded.rival];
    const user = (sap1: RawSap1): RawUser => crowded.newUser().as({ sap1 });
    const [ofNoisy, ofQuiet] = [user(noisy), user(quiet)];
    const [noisyID, quietID] = [await ofNoisy.session(), await ofQuiet.session()];

    const { flood, others } = await whileLoginsAreHeld(async () => {
      let refusals = 0;
      const flooding = Array.from({ length: FLOOD }, async () => {
        const answer = await post(noisy, user(noisy).passwordRequest());
        if (answer.status === 429) refusals += 1;
        return answer;
      });
      await until('everything beyond a full share is refused', () => refusals === FLOOD - LOGINS_OF_PEER);
      expect(await underWay()).toBe(LOGINS_OF_PEER);
      const alive = [await ofNoisy.keepAlive(noisyID), await ofQuiet.keepAlive(quietID)];
      expect(alive.map(({ code }) => code)).toEqual([200, 200]);

      const usual = Array.from({ length: LOGINS - LOGINS_OF_PEER }, () =>
        post(quiet, user(quiet).passwordRequest()),
      );
      await until('a house full of logins', async () => (await underWay()) === LOGINS);
      const late = await post(quiet, ofQuiet.passwordRequest());
      expect([late.status, late.headers['retry-after']]).toEqual([503, '5']);
      expect((await ofQuiet.keepAlive(quietID)).code).toBe(200);
      // Beside something more urgent the message is taken in, and the login in it refused for itself.
      const mixed = await quiet.askAll([
        ['mixed-login', ofQuiet.passwordRequest()],
        ['mixed-alive', ofQuiet.keepAliveRequest(quietID)],
      ]);
      expect(mixed.map(({ code }) => code)).toEqual([503, 200]);
      expect(mixed[0]?.tryAgainS).toBe(5);
      return { flood: flooding, others: usual };
    });

    const answers = await Promise.all(flood);
    const refused = withStatus(answers, 429);
    expect([withStatus(answers, 200).length, refused.length]).toEqual([
      LOGINS_OF_PEER,
      FLOOD - LOGINS_OF_PEER,
    ]);
    expect(new Set(refused.map(({ headers }) => headers['retry-after']))).toEqual(new Set(['1']));
    expect(withStatus(await Promise.all(others), 200)).toHaveLength(LOGINS - LOGINS_OF_PEER);
    expect((await ofQuiet.logIn()).code).toBe(200);
    expect(await turnedAway(crowded, noisy.peer.serviceID, 'in-flight')).toBe(FLOOD - LOGINS_OF_PEER);
    expect(await turnedAway(crowded, quiet.peer.serviceID, 'in-flight')).toBe(0);
    expect(await turnedAway(crowded, quiet.peer.serviceID, 'overloaded')).toBe(2);
  });
});

describe('a peer that is faster than its rate (§2)', () => {
  it('gets 429 and a time to come again, and another peer is served as ever', async () => {
    const requests = Array.from({ length: AT_ONCE.requests }, () =>
      post(rated.operator, '<KeepAliveRequest/>'),
    );
    expect((await rated.rival.ask('<KeepAliveRequest/>')).code).toBe(200);
    const answers = await Promise.all(requests);
    const served = withStatus(answers, 200).length;
    expect(served).toBeGreaterThanOrEqual(REQUEST_RATE);
    const refused = withStatus(answers, 429);
    expect(refused).toHaveLength(answers.length - served);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(headers['retry-after']).toBe('1');
    expect(await turnedAway(rated, rated.operator.peer.serviceID, 'requests-per-second')).toBe(
      refused.length,
    );
    await until('the next second', async () => {
      const { status } = await post(rated.operator, '<KeepAliveRequest/>');
      return status === 200;
    });
  });

  it('has the logins beyond it refused one by one: 503 and a time, nothing done, and what was answered is answered again', async () => {
    const user = rated.newUser().as({ sap1: rated.rival });
    const id = await user.session();
    const logins = Array.from({ length: AT_ONCE.logins }, (_, i): RawRequest => [
      `login-${i}`,
      user.on(`phone-${i}`).passwordRequest(),
    ]);
    const message: RawRequest[] = [...logins, ['alive', user.keepAliveRequest(id)]];
    const answers = await rated.rival.askAll(message);
    const isServed = ({ code }: Answer): boolean => code === 200;
    expect(answers.at(-1)?.code).toBe(200);
    const ofLogins = answers.slice(0, -1);
    const refused = ofLogins.filter((answer) => !isServed(answer));
    expect(refused.length).toBeGreaterThan(0);
    for (const { code, tryAgainS } of refused) expect([code, tryAgainS]).toEqual([503, 1]);

    const again = await rated.rival.askAll(logins);
    const served = ofLogins.filter(isServed).map(({ bytes }) => bytes);
    expect(again.map(({ bytes }) => bytes)).toEqual(expect.arrayContaining(served));
    const [oneRefused] = refused;
    const [, primitive = ''] = logins.find(([name]) => name === oneRefused?.transactionID) ?? [];
    await until('a login that was refused', async () => {
      const answer = await post(rated.rival, primitive, oneRefused?.transactionID);
      return answer.status === 200 && rated.rival.read(answer).every(isServed);
    });
  });
});

describeLog(crowded);
