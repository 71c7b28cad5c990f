import { describe, expect, it } from '@jest/globals';
import {
  GatewayUnderTest,
  KEEP_ALIVE,
  loginOf,
  POLL,
} from '../../../../tests/support/fakes/gateway-under-test.js';
import { loginAnswer } from '../../../../tests/support/peers/fake-sap2.js';
import { codeIn } from '../../../../tests/support/peers/raw-handset.js';
import { statusOf } from '../requests.js';

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

  it('a repeated message is a sign of life too, of which SAP 2 hears', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    const bytes = gateway.message(
      { kind: 'ClientCapability-Request', clientID: undefined, capabilityList: [] },
      id,
    );
    const first = await gateway.post(bytes);
    await gateway.time.pass(45_000);
    expect(await gateway.post(bytes)).toEqual(first);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toEqual([]);
    await gateway.time.pass(10_000);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toMatchObject([
      { primitive: { form: { type: 'single', userSessionID: id } } },
    ]);
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
