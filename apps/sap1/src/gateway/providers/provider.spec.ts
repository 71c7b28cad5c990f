import { describe, expect, it } from '@jest/globals';
import type { ResponsePrimitive } from '@sap2/ssp-wire';
import {
  GatewayUnderTest,
  KEEP_ALIVE,
  loginOf,
  never,
  usualAnswer,
} from '../../../../../tests/support/fakes/gateway-under-test.js';
import { loginAnswer, status } from '../../../../../tests/support/peers/fake-sap2.js';
import { codeIn } from '../../../../../tests/support/peers/raw-handset.js';
import { SspError } from '../../ssp-error.js';

const MINUTE = 60_000;

describe('a SAP 2 that does not answer', () => {
  it('a login gets 504 after 20 s; the same transaction goes on, and what was born unseen is ended', async () => {
    const gateway = new GatewayUnderTest();
    let isAway = true;
    gateway.link.react = (request) => {
      if (isAway) throw new SspError('unreachable', 'the connection broke');
      return request.kind === 'UserLoginRequest'
        ? loginAnswer(200, { userSessionID: 'unseen', keepAliveTime: 100 })
        : usualAnswer(request);
    };
    const answer = gateway.say(loginOf('alice'));
    await gateway.time.pass(20_000);
    expect(codeIn(await answer)).toBe(504);
    isAway = false;
    await gateway.time.pass(MINUTE);
    const logins = gateway.link.ofKind('UserLoginRequest');
    expect(logins.length).toBeGreaterThan(2);
    expect(new Set(logins.map(({ transactionID }) => transactionID)).size).toBe(1);
    expect(gateway.link.ofKind('UserLogoutRequest')).toMatchObject([
      { primitive: { userSessionID: 'unseen' } },
    ]);
    expect(gateway.core.book.size).toBe(0);
  });

  it('a login that is never answered is given up, its credential is dropped, and a sync follows', async () => {
    const gateway = new GatewayUnderTest();
    let isSilent = true;
    gateway.link.react = (request) => {
      if (isSilent) throw new SspError('unreachable', 'the connection broke');
      return usualAnswer(request);
    };
    void gateway.say(loginOf('alice'));
    await gateway.time.pass(2 * MINUTE);
    const { length } = gateway.link.ofKind('UserLoginRequest');
    isSilent = false;
    await gateway.time.pass(3 * MINUTE);
    expect(gateway.link.ofKind('UserLoginRequest')).toHaveLength(length);
    const forms = gateway.link.ofKind('UserKeepAliveRequest').map(({ primitive }) => primitive.form);
    expect(forms).toMatchObject([{ type: 'sync', sapEpoch: 'n1:first', part: 1, parts: 1, entries: [] }]);
  });

  it('a resumed session that was born unseen is not ended: its handset knows it', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    let finish: (answer: ResponsePrimitive) => void = () => undefined;
    gateway.link.react = (request) =>
      request.kind === 'UserLoginRequest'
        ? new Promise((resolve) => {
            finish = resolve;
          })
        : usualAnswer(request);
    const answer = gateway.say({ ...loginOf('alice'), sessionID: id });
    await gateway.time.pass(20_000);
    expect(codeIn(await answer)).toBe(504);
    finish(loginAnswer(200, { userSessionID: id, keepAliveTime: 100 }));
    await gateway.time.pass(0);
    expect(gateway.link.ofKind('UserLogoutRequest')).toEqual([]);
  });

  it('three failures in a row open the circuit: 503 at once, with a time, until a probe succeeds', async () => {
    const gateway = new GatewayUnderTest();
    gateway.link.react = () => {
      throw new SspError('unreachable', 'no listener', undefined, { isUnsent: true });
    };
    for (let i = 0; i < 3; i++) {
      expect(codeIn(await gateway.say(loginOf(`user${i}`)))).toBe(503);
    }
    const { length } = gateway.link.asked;
    const answer = await gateway.say(loginOf('alice'), undefined, '1.3');
    expect(answer?.primitive).toMatchObject({
      result: { code: 503, tryAgainTimeoutS: expect.any(Number) },
    });
    expect(gateway.link.asked).toHaveLength(length);
    gateway.link.react = usualAnswer;
    await gateway.time.pass(MINUTE);
    expect(codeIn(await gateway.say(loginOf('alice')))).toBe(200);
    const events = gateway.events.map(({ name }) => name);
    expect(events).toEqual(expect.arrayContaining(['provider_away', 'provider_up']));
  });

  it('a busy SAP 2 is passed on as 503 with its time, and opens no circuit', async () => {
    const gateway = new GatewayUnderTest();
    gateway.link.react = () => {
      throw new SspError('http', 'busy', 503, { retryAfterS: 17 });
    };
    for (let i = 0; i < 5; i++) {
      const answer = await gateway.say(loginOf(`user${i}`), undefined, '1.3');
      expect(answer?.primitive).toMatchObject({ result: { code: 503, tryAgainTimeoutS: 17 } });
    }
    gateway.link.react = usualAnswer;
    expect(codeIn(await gateway.say(loginOf('alice')))).toBe(200);
  });

  it('answers that say "not now" are not repeated for the same bytes', async () => {
    const gateway = new GatewayUnderTest();
    const bytes = gateway.message(loginOf('alice'));
    gateway.link.react = () => {
      throw new SspError('http', 'busy', 503);
    };
    expect(codeIn(await gateway.post(bytes))).toBe(503);
    gateway.link.react = usualAnswer;
    expect(codeIn(await gateway.post(bytes))).toBe(200);
  });

  it('a start without an answer is known as away, and the sync follows when it is back', async () => {
    const gateway = new GatewayUnderTest();
    gateway.link.react = () => {
      throw new SspError('unreachable', 'no listener', undefined, { isUnsent: true });
    };
    await gateway.core.start();
    expect(gateway.core.providerStates()).toEqual({ 'wv:@provider.example': 'away' });
    gateway.link.react = usualAnswer;
    await gateway.time.pass(MINUTE);
    expect(gateway.core.providerStates()).toEqual({ 'wv:@provider.example': 'up' });
    const [sync] = gateway.link.ofKind('UserKeepAliveRequest');
    expect(sync?.primitive.form).toMatchObject({ type: 'sync', parts: 1, entries: [] });
  });
});

describe('a logout', () => {
  it('without an answer gets 504, and the session is gone when SAP 2 answers', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    let finish: (answer: ResponsePrimitive) => void = () => undefined;
    gateway.link.react = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const answer = gateway.say({ kind: 'Logout-Request' }, id);
    await gateway.time.pass(20_000);
    expect(codeIn(await answer)).toBe(504);
    finish(status(200));
    await gateway.time.pass(0);
    expect(gateway.core.book.size).toBe(0);
  });

  it('a request in the session without an answer gets 504', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    gateway.link.react = never;
    const answer = gateway.say(KEEP_ALIVE, id);
    await gateway.time.pass(20_050);
    expect(codeIn(await answer)).toBe(504);
  });
});
