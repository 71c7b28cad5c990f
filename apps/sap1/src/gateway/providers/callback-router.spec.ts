import { describe, expect, it } from '@jest/globals';
import { type SetupMessage, SSP_NAMESPACES, type UserDisconnectRequest } from '@sap2/ssp-wire';
import { ManualTime } from '../../../../../tests/support/fakes/manual-time.js';
import { fromXml, toXml } from '../../codec.js';
import { openSspSession } from '../../open-ssp-session.js';
import { statusOf } from '../../requests.js';
import { secretToken, setupMessage } from '../../set-up-messages.js';
import type { TracedMessage } from '../../trace.js';
import { CallbackRouter, type OnDisconnect } from './callback-router.js';

const OWN = 'wv:@operator.example';
const A = { serviceID: 'wv:@a.example', sharedSecret: 'secret of a' };
const B = { serviceID: 'wv:@b.example', sharedSecret: 'secret of b' };

function routerFor(known: readonly string[] = []) {
  const ended: (readonly [string, string])[] = [];
  const providers = [A, B].map((one) => ({
    ...one,
    domains: [],
    url: 'http://127.0.0.1:1/',
    answerMode: 'inline' as const,
    tls: undefined,
  }));
  const traced: TracedMessage[] = [];
  const onDisconnect: OnDisconnect = (serviceID, { userSessionID }) => {
    ended.push([serviceID, userSessionID]);
    return known.includes(userSessionID);
  };
  const time = new ManualTime();
  const router = new CallbackRouter({
    ownServiceID: OWN,
    providers,
    time,
    onDisconnect,
    waysOf: () => undefined,
    trace: (message) => void traced.push(message),
  });
  return { router, ended, traced, time };
}

const ask = async (router: CallbackRouter, message: Parameters<typeof toXml>[0]) => {
  const { httpStatus, body } = await router.answer(Buffer.from(toXml(message)));
  return { httpStatus, message: body === '' ? undefined : fromXml(body) };
};

/** A set-up that a SAP 2 begins. */
const setUp = ({ serviceID, sharedSecret }: typeof A, router: CallbackRouter, transactionID: string) =>
  openSspSession({ ownServiceID: serviceID, sharedSecret }, OWN, transactionID, async (message) => {
    const answer = await ask(router, message);
    if (answer.message?.kind !== 'setup') throw new Error('no set-up');
    return answer.message.primitive;
  });

const disconnect = (serviceID: string, userSessionID: string): UserDisconnectRequest => ({
  kind: 'UserDisconnectRequest',
  metaInfo: { clientOriginated: false, requestor: { serviceID, user: undefined } },
  userSessionID,
  user: { userID: 'wv:alice@a.example', clientID: undefined },
  status: statusOf(601),
  tryAgainTimeoutS: undefined,
});

const pushes = (sessionID: string, ...ids: readonly string[]) =>
  ({
    kind: 'session',
    namespace: SSP_NAMESPACES[0],
    sessionID,
    transactions: ids.map((id) => ({
      mode: 'Request' as const,
      transactionID: `t-${id}`,
      primitive: disconnect(A.serviceID, id),
    })),
  }) as const;

describe('the listener for pushes', () => {
  it('answers each SAP 2 that begins a set-up, also at the same time and with the same transactionID', async () => {
    const { router, ended } = routerFor(['one']);
    const [a, b] = await Promise.all([setUp(A, router, 'x1'), setUp(B, router, 'x1')]);
    await ask(router, pushes(a.ownID, 'one'));
    await ask(router, pushes(b.ownID, 'one'));
    expect(ended).toEqual([
      [A.serviceID, 'one'],
      [B.serviceID, 'one'],
    ]);
  });

  it('traces each message of a SAP 2 and its answer', async () => {
    const { router, traced } = routerFor(['one']);
    const { ownID } = await setUp(A, router, 'x1');
    const push = pushes(ownID, 'one');
    await ask(router, push);
    await ask(router, pushes('unknown@a.example', 'one'));
    expect(traced.map(({ from, to, httpStatus }) => [from, to, httpStatus]).slice(-4)).toEqual([
      [A.serviceID, OWN, undefined],
      [OWN, A.serviceID, 200],
      ['unknown', OWN, undefined],
      [OWN, 'unknown', 403],
    ]);
    expect(traced.at(-4)?.xml).toBe(toXml(push));
  });

  it('refuses a SAP 2 that it does not know, and a wrong secret', async () => {
    const { router } = routerFor();
    await expect(setUp({ ...A, serviceID: 'wv:@c.example' }, router, 'x')).rejects.toThrow('403');
    await expect(setUp({ ...A, sharedSecret: 'wrong' }, router, 'x')).rejects.toThrow('409');
  });

  it('a stranger with the transactionID of a set-up under way does not break it', async () => {
    const { router } = routerFor();
    const stranger = setupMessage('Request', 'x', secretToken(A.serviceID, 'the token of a stranger'));
    const identity = { ownServiceID: A.serviceID, sharedSecret: A.sharedSecret };
    const session = await openSspSession(identity, OWN, 'x', async (message: SetupMessage) => {
      const answer = await ask(router, message);
      await ask(router, stranger);
      if (answer.message?.kind !== 'setup') throw new Error('no set-up');
      return answer.message.primitive;
    });
    expect((await ask(router, pushes(session.ownID, 'one'))).httpStatus).toBe(200);
  });

  it('strangers that only begin set-ups keep no SAP 2 out', async () => {
    const { router } = routerFor();
    for (let i = 0; i < 2000; i++) {
      await ask(router, setupMessage('Request', `s${i}`, secretToken(A.serviceID, `token ${i}`)));
    }
    const session = await setUp(A, router, 'x');
    expect((await ask(router, pushes(session.ownID, 'one'))).httpStatus).toBe(200);
  });

  it('acknowledges a disconnect at once: 200, or 604 for a session that it does not hold', async () => {
    const { router } = routerFor(['held']);
    const { ownID } = await setUp(A, router, 'x');
    const { httpStatus, message } = await ask(router, pushes(ownID, 'held', 'unknown'));
    expect(httpStatus).toBe(200);
    expect(message).toMatchObject({
      transactions: [
        { mode: 'Response', transactionID: 't-held', primitive: { status: { code: 200 } } },
        { mode: 'Response', transactionID: 't-unknown', primitive: { status: { code: 604 } } },
      ],
    });
  });

  it('answers 403 in an SSP session that is not up, so that SAP 2 sets up a new one', async () => {
    const { router } = routerFor();
    expect((await ask(router, pushes('unknown@a.example', 'one'))).httpStatus).toBe(403);
  });

  it('a stranger who was first with the transactionID of a set-up does not keep its SAP 2 out', async () => {
    const { router } = routerFor();
    await ask(router, setupMessage('Request', 'x', secretToken(A.serviceID, 'the token of a stranger')));
    const session = await setUp(A, router, 'x');
    expect((await ask(router, pushes(session.ownID, 'one'))).httpStatus).toBe(200);
  });

  it('an address that only begins set-ups loses its own, and not that of another address', async () => {
    const { router } = routerFor();
    const flood = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const message = setupMessage('Request', `s${i}`, secretToken(A.serviceID, `token ${i}`));
        await router.answer(Buffer.from(toXml(message)), '192.0.2.9');
      }
    };
    const identity = { ownServiceID: A.serviceID, sharedSecret: A.sharedSecret };
    const session = await openSspSession(identity, OWN, 'x', async (message: SetupMessage) => {
      const { body } = await router.answer(Buffer.from(toXml(message)), '192.0.2.1');
      await flood(1100);
      const answer = fromXml(body);
      if (answer.kind !== 'setup') throw new Error('no set-up');
      return answer.primitive;
    });
    expect((await ask(router, pushes(session.ownID, 'one'))).httpStatus).toBe(200);
  });

  it('answers in the namespace of the request', async () => {
    const { router } = routerFor(['one']);
    const { ownID } = await setUp(A, router, 'x');
    const namespace = SSP_NAMESPACES[2];
    const { message } = await ask(router, { ...pushes(ownID, 'one'), namespace });
    expect(message?.namespace).toBe(namespace);
    const hello = { ...setupMessage('Request', 'y', secretToken(A.serviceID, 'a token')), namespace };
    expect((await ask(router, hello)).message?.namespace).toBe(namespace);
  });

  it('answers a keep-alive of the SSP session; after a logout or its time the session is unknown', async () => {
    const { router, time } = routerFor();
    const [first, second] = [await setUp(A, router, 'x'), await setUp(A, router, 'y')];
    const say = ({ ownID }: typeof first, kind: 'KeepAliveRequest' | 'LogoutRequest') =>
      ask(router, {
        kind: 'session',
        namespace: SSP_NAMESPACES[0],
        sessionID: ownID,
        transactions: [{ mode: 'Request', transactionID: 't', primitive: { kind } }],
      });
    expect((await say(first, 'KeepAliveRequest')).message).toMatchObject({
      transactions: [{ primitive: { kind: 'KeepAliveResponse', status: { code: 200 }, timeToLive: 86_400 } }],
    });
    expect((await say(second, 'LogoutRequest')).message).toMatchObject({
      transactions: [{ primitive: { kind: 'Status', status: { code: 200 } } }],
    });
    expect((await say(second, 'KeepAliveRequest')).httpStatus).toBe(403);
    await time.pass(86_300_000);
    expect((await say(first, 'KeepAliveRequest')).httpStatus).toBe(200);
    await time.pass(86_300_000);
    expect((await say(first, 'KeepAliveRequest')).httpStatus).toBe(200);
    await time.pass(86_500_000);
    expect((await say(first, 'KeepAliveRequest')).httpStatus).toBe(403);
  });

  it('answers 405 to a primitive that it does not know', async () => {
    const { router } = routerFor();
    const { ownID } = await setUp(A, router, 'x');
    const xml = toXml(pushes(ownID, 'one')).replaceAll('UserDisconnectRequest', 'UserDanceRequest');
    const { httpStatus, body } = await router.answer(Buffer.from(xml));
    expect([httpStatus, fromXml(body)]).toMatchObject([
      200,
      { transactions: [{ mode: 'Response', transactionID: 't-one', primitive: { status: { code: 405 } } }] },
    ]);
  });

  it('answers 400 to what is no SSP', async () => {
    const { router } = routerFor();
    expect((await router.answer(Buffer.from('<x/>'))).httpStatus).toBe(400);
  });
});
