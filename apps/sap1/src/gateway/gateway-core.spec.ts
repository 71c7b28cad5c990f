import { describe, expect, it } from '@jest/globals';
import type { ResponsePrimitive } from '@sap2/ssp-wire';
import {
  GatewayUnderTest,
  KEEP_ALIVE,
  loginOf,
  never,
  POLL,
  usualAnswer,
} from '../../../../tests/support/fakes/gateway-under-test.js';
import { loginAnswer, status } from '../../../../tests/support/peers/fake-sap2.js';
import { codeIn } from '../../../../tests/support/peers/raw-handset.js';
import { statusOf } from '../requests.js';
import { SspError } from '../ssp-error.js';

const MINUTE = 60_000;

const disconnect = (userSessionID: string, code = 601) =>
  ({
    kind: 'UserDisconnectRequest',
    metaInfo: { clientOriginated: false, requestor: { serviceID: 'wv:@provider.example', user: undefined } },
    userSessionID,
    user: { userID: 'wv:alice@provider.example', clientID: undefined },
    status: { ...statusOf(code), description: 'an administrator' },
    tryAgainTimeoutS: undefined,
  }) as const;

const push = (gateway: GatewayUnderTest, id: string, code?: number): boolean =>
  gateway.core.book.disconnected('wv:@provider.example', disconnect(id, code));

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

describe('keep-alives', () => {
  it('of one window share a batch, and each handset gets its own result', async () => {
    const gateway = new GatewayUnderTest();
    const [alice = '', bob = '', carol = ''] = [
      await gateway.login('alice'),
      await gateway.login('bob'),
      await gateway.login('carol'),
    ];
    gateway.link.react = () => ({
      kind: 'UserKeepAliveResponse',
      status: {
        ...statusOf(201),
        detailedResults: [{ code: 600, description: undefined, userSessionIDs: [bob] }],
      },
      keepAliveTime: 100,
      exceptions: [{ userSessionID: carol, keepAliveTime: 70 }],
    });
    const answers = [alice, bob, carol].map((id) => gateway.say(KEEP_ALIVE, id));
    await gateway.time.pass(50);
    const shown = (await Promise.all(answers)).map((answer) => answer?.primitive);
    expect(shown).toMatchObject([
      { kind: 'KeepAlive-Response', result: { code: 200 }, keepAliveTime: 100 },
      { kind: 'Status', result: { code: 600 } },
      { kind: 'KeepAlive-Response', result: { code: 200 }, keepAliveTime: 70 },
    ]);
    const forms = gateway.link.ofKind('UserKeepAliveRequest').map(({ primitive }) => primitive.form);
    expect(forms).toMatchObject([{ type: 'batch', entries: [{}, {}, {}] }]);
  });

  it('a single one goes as single, with its user', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    const answer = gateway.say({ kind: 'KeepAlive-Request', timeToLive: 5 }, id);
    await gateway.time.pass(50);
    await answer;
    const [asked] = gateway.link.ofKind('UserKeepAliveRequest');
    expect(asked?.primitive).toMatchObject({
      metaInfo: { requestor: { user: { userID: 'wv:alice@provider.example' } } },
      form: { type: 'single', userSessionID: id, timeToLive: 30 },
    });
  });

  it('of more than 1000 sessions go as batches of 1000, the first at once', async () => {
    const gateway = new GatewayUnderTest();
    const ids: string[] = [];
    for (let i = 0; i < 1001; i++) ids.push(await gateway.login(`user${i}`));
    const answers = ids.map((id) => gateway.say(KEEP_ALIVE, id));
    await gateway.time.pass(0);
    const sizes = () =>
      gateway.link
        .ofKind('UserKeepAliveRequest')
        .map(({ primitive: { form } }) => (form.type === 'single' ? 1 : form.entries.length));
    expect(sizes()).toEqual([1000]);
    await gateway.time.pass(50);
    await Promise.all(answers);
    expect(sizes()).toEqual([1000, 1]);
  });

  it('sessions that live by polls alone are renewed at half of their time, in one batch', async () => {
    const gateway = new GatewayUnderTest({ front: { longPollS: 0 } });
    const ids = [await gateway.login('alice'), await gateway.login('bob')];
    await gateway.login('carol');
    await gateway.time.pass(20_000);
    for (const id of ids) await gateway.say(POLL, id);
    await gateway.time.pass(20_000);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toEqual([]);
    await gateway.time.pass(11_000);
    const forms = gateway.link.ofKind('UserKeepAliveRequest').map(({ primitive }) => primitive.form);
    expect(forms).toEqual([
      { type: 'batch', entries: ids.map((userSessionID) => ({ userSessionID, timeToLive: undefined })) },
    ]);
    await gateway.time.pass(MINUTE);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toHaveLength(1);
  });

  it('a poll after half of the time renews at once', async () => {
    const gateway = new GatewayUnderTest({ front: { longPollS: 0 } });
    const id = await gateway.login();
    await gateway.time.pass(70_000);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toEqual([]);
    await gateway.say(POLL, id);
    await gateway.time.pass(50);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toHaveLength(1);
  });
});

describe('the end of a session', () => {
  it('a push reaches a poll that waits, on its way to the handset', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    const waiting = gateway.say(POLL, id);
    await gateway.time.pass(0);
    expect(push(gateway, id)).toBe(true);
    expect(await waiting).toMatchObject({
      mode: 'Request',
      primitive: { kind: 'Disconnect', result: { code: 601, description: 'an administrator' } },
    });
  });

  it('is kept for a handset that comes later, and after its time the session is unknown', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    push(gateway, id, 600);
    const next = await gateway.say(KEEP_ALIVE, id);
    expect([codeIn(next), next?.poll]).toEqual([600, true]);
    expect(await gateway.say(POLL, id)).toMatchObject({ primitive: { kind: 'Disconnect' } });
    const later = await gateway.say(KEEP_ALIVE, id);
    expect([codeIn(later), later?.poll]).toEqual([600, undefined]);
    await gateway.time.pass(101_000);
    expect(codeIn(await gateway.say(KEEP_ALIVE, id))).toBe(604);
    expect(gateway.core.book.size).toBe(0);
  });

  it('a push that overtakes the login answer is not lost', async () => {
    const gateway = new GatewayUnderTest();
    gateway.link.react = () => {
      push(gateway, 'fast');
      return loginAnswer(200, { userSessionID: 'fast', keepAliveTime: 100 });
    };
    await gateway.login();
    expect(codeIn(await gateway.say(KEEP_ALIVE, 'fast'))).toBe(601);
  });

  it('a push of another SAP 2 ends nothing', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    expect(gateway.core.book.disconnected('wv:@other.example', disconnect(id))).toBe(false);
    expect(gateway.core.book.find(id)?.end).toBeUndefined();
  });

  it('a poll is answered when the handset polls anew, and when the gateway stops', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    const first = gateway.say(POLL, id);
    await gateway.time.pass(0);
    const second = gateway.say(POLL, id);
    expect(await first).toBeUndefined();
    await gateway.time.pass(0);
    gateway.core.answerPolls();
    expect(await second).toBeUndefined();
  });

  it('a handset that has closed its poll fetches the end with the next one', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    let leave = (): void => undefined;
    const first = gateway.post(gateway.message(POLL, id), (listener) => {
      leave = listener;
    });
    await gateway.time.pass(0);
    leave();
    expect(await first).toBeUndefined();
    push(gateway, id);
    expect(await gateway.say(POLL, id)).toMatchObject({ primitive: { kind: 'Disconnect' } });
  });
});

describe('what the memory keeps', () => {
  it('a challenge is gone on use, and after 120 s', async () => {
    const gateway = new GatewayUnderTest();
    const challenge = loginOf('alice', { scheme: 'challenge', digestSchemas: ['MD5'] });
    const digest = loginOf('alice', { scheme: 'digest', digestBytes: Buffer.alloc(16).toString('base64') });
    const schemes = (): readonly string[] =>
      gateway.link.ofKind('UserLoginRequest').map(({ primitive }) => primitive.credential.scheme);
    await gateway.say(challenge);
    await gateway.say(digest);
    await gateway.say(digest);
    expect(schemes()).toEqual(['challenge', 'digest', 'challenge']);
    await gateway.time.pass(121_000);
    expect(JSON.stringify([...gateway.core.book.all()].map(({ user }) => user))).not.toContain('nonce');
    await gateway.say(digest);
    expect(schemes().at(-1)).toBe('challenge');
  });

  it('the same bytes get the same answer for a minute', async () => {
    const gateway = new GatewayUnderTest();
    const bytes = gateway.message(loginOf('alice'));
    const first = await gateway.post(bytes);
    await gateway.time.pass(59_000);
    expect(await gateway.post(bytes)).toEqual(first);
    await gateway.time.pass(2000);
    expect(await gateway.post(bytes)).not.toEqual(first);
    expect(gateway.link.ofKind('UserLoginRequest')).toHaveLength(2);
  });

  it('the answer to a login is dropped with its session', async () => {
    const gateway = new GatewayUnderTest();
    const bytes = gateway.message(loginOf('alice'));
    const first = await gateway.post(bytes);
    const { primitive } = first ?? {};
    push(gateway, primitive?.kind === 'Login-Response' ? (primitive.sessionID ?? '') : '');
    expect(await gateway.post(bytes)).not.toEqual(first);
  });

  it('no timer is left after a stop', async () => {
    const gateway = new GatewayUnderTest();
    await gateway.core.start();
    await gateway.login();
    await gateway.say(loginOf('bob', { scheme: 'challenge', digestSchemas: ['MD5'] }));
    gateway.core.answerPolls();
    gateway.core.stop();
    expect(gateway.time.pending).toBe(0);
  });

  it('more sessions than configured get 503', async () => {
    const gateway = new GatewayUnderTest({ front: { limits: { sessions: 1 } } });
    await gateway.login('alice');
    expect(codeIn(await gateway.say(loginOf('bob')))).toBe(503);
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
