import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CONFORMANCE_SEED,
  describeLog,
  OPERATOR,
  RIVAL,
  worldForThisFile,
} from '../../support/service/conformance-world.js';
import { NAMESPACE, type RawSap1 } from '../../support/peers/raw-sap1.js';
import { hmac, newToken } from '../../support/peers/raw-set-up.js';

const agreement = (name: string, more: object = {}): object => ({
  serviceID: `wv:@${name}.example`,
  sharedSecret: `${name}-secret-0003`,
  domains: ['provider.example'],
  ...more,
});
/** Those that leave set-ups unfinished are not those that others count on. */
const peer = (name: string) => ({ serviceID: `wv:@${name}.example`, secret: `${name}-secret-0003` });

const world = worldForThisFile(
  {},
  {
    ...CONFORMANCE_SEED,
    agreements: [
      ...CONFORMANCE_SEED.agreements,
      agreement('disabled', { enabled: false }),
      agreement('simple', { digestSchemas: ['MD5'], sourceAddresses: ['127.0.0.0/8'] }),
      ...['hasty', 'crowd', 'careless', 'clumsy'].map((name) => agreement(name)),
    ],
  },
);

const httpStatusOf = async (sap1: RawSap1): Promise<number> =>
  (await sap1.post(sap1.message([[sap1.nextTransactionID(), '<KeepAliveRequest/>']]))).status;

/** What differs between any two answers: ids that were made for one of them. */
const withoutIDs = (body: string): string => body.replace(/transactionID="[^"]*"/gu, 'transactionID=""');

describe('the six messages (§3)', () => {
  it('2, 4 and 6 answer 1, 3 and 5 in line, with the same transactionID', async () => {
    const sap1 = world.sap1();
    const setUp = sap1.setUp('IA-1');
    const second = await setUp.hello();
    expect(second.primitive.name).toBe('SendSecretToken');
    expect(second.primitive.attribute('serviceID')).toMatch(/^wv:@.+/u);
    expect(second.primitive.attribute('protocol')).toBe('WV-SSP');
    expect(second.primitive.attribute('protocolVersion')).toBe('1.3');
    const fourth = await setUp.prove();
    expect(fourth.primitive.name).toBe('LoginRequest');
    expect(fourth.primitive.attribute('serviceID')).toBe(setUp.theirServiceID);
    expect(fourth.primitive.attribute('timeToLive')).toMatch(/^\d+$/u);
    const digest = fourth.primitive.child('PasswordDigest');
    expect(digest?.attribute('digestSchema')).toBe('HMAC-SHA-256');
    expect(digest?.attribute('encoding')).toBe('base64');
    expect(setUp.isProofOfTheirs(fourth)).toBe(true);
    const sixth = await setUp.announce(sap1.newSessionID());
    expect(sixth.primitive.name).toBe('LoginResponse');
    expect(sixth.code).toBe(200);
    expect(setUp.isSessionProofOfTheirs(sixth)).toBe(true);
    expect(sixth.primitive.attribute('timeToLive')).toBe('86400');
    expect(sixth.primitive.attribute('sessionID')).toBe(
      `${String(sixth.primitive.attribute('sessionID')).split('@')[0]}${setUp.theirServiceID.slice('wv:'.length)}`,
    );
    for (const { message, transaction } of [second, fourth, sixth]) {
      expect(message.name).toBe('WV-SSP-Message');
      expect(message.namespace).toBe(NAMESPACE);
      expect(transaction.name).toBe('SetupTransaction');
      expect(transaction.attribute('mode')).toBe('Response');
      expect(transaction.attribute('transactionID')).toBe('IA-1');
    }
  });

  it.each(['WV-SSP1.3', 'WV-SSP1.2', 'IMPS-SSP1.3'])('work in the namespace %s (§1)', async (name) => {
    const sap1 = world.sap1(peer('careless'), `http://www.openmobilealliance.org/DTD/${name}`);
    const second = await sap1.setUp().hello();
    expect(second.message.namespace).toBe(sap1.namespace);
    await sap1.connect();
    expect((await sap1.ask('<KeepAliveRequest/>')).code).toBe(200);
  });

  it('SecretToken has 128 random bits or more, and is never the same', async () => {
    const tokens = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const setUp = world.sap1(peer('careless')).setUp();
      await setUp.hello();
      expect(setUp.theirToken.length).toBeGreaterThanOrEqual(22);
      tokens.add(setUp.theirToken);
      await setUp.prove();
    }
    expect(tokens.size).toBe(5);
  });

  it('reads procotolVersion, a misspelling of the field, as protocolVersion', async () => {
    const setUp = world.sap1(peer('careless')).setUp();
    expect((await setUp.hello('protocol="WV-SSP" procotolVersion="1.3"')).primitive.name).toBe(
      'SendSecretToken',
    );
    expect((await setUp.prove()).primitive.name).toBe('LoginRequest');
  });

  it('the digest is over the text of the token, base64 or not', async () => {
    const setUp = world.sap1(peer('careless')).setUp();
    await setUp.hello('protocol="WV-SSP" protocolVersion="1.3"', ' encoding="base64"');
    expect(setUp.isProofOfTheirs(await setUp.prove())).toBe(true);
  });
});

const CLUMSY = peer('clumsy');

describe('refused set-ups (§3)', () => {
  it('an unknown peer: 403 and no session', async () => {
    const stranger = world.sap1({ serviceID: 'wv:@stranger.example', secret: 'stranger-secret' });
    const answer = await stranger.setUp().hello();
    expect([answer.primitive.name, answer.code]).toEqual(['LoginResponse', 403]);
    expect(answer.primitive.attribute('sessionID')).toBeUndefined();
  });

  it('a disabled peer learns no more than a stranger', async () => {
    const stranger = await world.sap1({ serviceID: 'wv:@stranger.example', secret: 'x' }).setUp().hello();
    const disabled = await world.sap1(peer('disabled')).setUp().hello();
    expect(withoutIDs(disabled.body)).toBe(withoutIDs(stranger.body));
  });

  it('a wrong digest: 409, and nothing follows', async () => {
    const sap1 = world.sap1(CLUMSY);
    const setUp = sap1.setUp();
    await setUp.hello();
    const { theirToken: token, theirServiceID: receiver } = setUp;
    const wrong = hmac('guessed-secret', token, CLUMSY.serviceID, receiver);
    const fourth = await setUp.prove(wrong);
    expect([fourth.primitive.name, fourth.code]).toEqual(['LoginResponse', 409]);
    sap1.sessionID = sap1.newSessionID();
    expect((await setUp.announce(sap1.sessionID)).code).toBe(403);
    expect(await httpStatusOf(sap1)).toBe(403);
  });

  it('message 5 without message 3: 403', async () => {
    const sap1 = world.sap1(CLUMSY);
    const setUp = sap1.setUp();
    await setUp.hello();
    expect((await setUp.announce(sap1.newSessionID())).code).toBe(403);
  });

  it('a wrong guess changes nothing: the right digest is still taken', async () => {
    const setUp = world.sap1(CLUMSY).setUp();
    await setUp.hello();
    expect((await setUp.prove('d3Jvbmc=')).code).toBe(409);
    expect((await setUp.prove()).primitive.name).toBe('LoginRequest');
  });

  it('a message 3 said again: 403; under another token: 409', async () => {
    const setUp = world.sap1(CLUMSY).setUp();
    await setUp.hello();
    const captured = setUp.digest();
    expect((await setUp.prove(captured)).primitive.name).toBe('LoginRequest');
    expect((await setUp.prove(captured)).code).toBe(403);
    const replay = world.sap1(CLUMSY).setUp();
    await replay.hello();
    expect((await replay.prove(captured)).code).toBe(409);
  });

  it('a message 5 said again opens nothing', async () => {
    const sap1 = world.sap1(CLUMSY);
    const setUp = sap1.setUp();
    await setUp.hello();
    await setUp.prove();
    expect((await setUp.announce(sap1.newSessionID())).code).toBe(200);
    expect((await setUp.announce(sap1.newSessionID())).code).toBe(403);
  });

  it("reflection: SAP 2's own words are no proof of ours", async () => {
    const setUp = world.sap1(CLUMSY).setUp();
    await setUp.hello();
    const { theirToken, theirServiceID, peer: us } = setUp;
    const turned = setUp.digest({ sender: theirServiceID, receiver: us.serviceID });
    expect((await setUp.prove(turned)).code).toBe(409);
    const itself = await world.sap1({ serviceID: theirServiceID, secret: 'whatever' }).setUp().hello();
    expect([itself.primitive.name, itself.code]).toEqual(['LoginResponse', 403]);
    expect(theirToken).not.toBe('');
  });

  it("another peer's secret does not open this one's session", async () => {
    const setUp = world.sap1({ ...CLUMSY, secret: RIVAL.secret }).setUp();
    await setUp.hello();
    expect((await setUp.prove()).code).toBe(409);
  });

  it.each([
    ['named', 'digestSchema="MD5" encoding="base64"'],
    ['meant by no name', 'encoding="base64"'],
  ])('MD5, %s, is refused to a peer with inline answers', async (_, attributes) => {
    for (const who of [CLUMSY, peer('simple')]) {
      const setUp = world.sap1(who).setUp();
      await setUp.hello();
      const digest = createHash('md5').update(setUp.theirToken).digest('base64');
      const answer = await setUp.prove(digest, attributes);
      expect([answer.primitive.name, answer.code]).toEqual(['LoginResponse', 403]);
    }
  });

  it('a message that answers nothing: 403', async () => {
    const setUp = world.sap1(CLUMSY).setUp();
    const hello = `<SendSecretToken serviceID="${CLUMSY.serviceID}"><SecretToken>${newToken()}</SecretToken></SendSecretToken>`;
    expect((await setUp.say(hello, 'Response')).code).toBe(403);
  });

  it('500 unfinished set-ups of strangers keep no peer out', async () => {
    const stranger = world.sap1(peer('hasty'));
    const begun = await Promise.all(Array.from({ length: 500 }, () => stranger.setUp().hello()));
    expect(new Set(begun.map(({ primitive }) => primitive.name))).toEqual(new Set(['SendSecretToken']));
    await world.sap1(OPERATOR).connect();
    await world.sap1(peer('hasty')).connect();
  });

  it.each(['x'.repeat(21), `${'x'.repeat(30)}+`])('an id with the local part %s: 402', async (local) => {
    const sap1 = world.sap1(CLUMSY);
    const setUp = sap1.setUp();
    await setUp.hello();
    await setUp.prove();
    expect((await setUp.announce(`${local}@clumsy.example`)).code).toBe(402);
    expect((await setUp.announce(sap1.newSessionID())).code).toBe(200);
  });
});

describe('life of an SSP session (§3)', () => {
  it.concurrent('a peer may hold 64 at once; one more ends the one that was idle longest', async () => {
    const nodes: RawSap1[] = [];
    for (let i = 0; i < 64; i++) nodes.push(await world.sap1(peer('crowd')).connect());
    const [idle, ...others] = nodes;
    if (idle === undefined) throw new Error('64 are wanted');
    for (const node of others) expect((await node.ask('<KeepAliveRequest/>')).code).toBe(200);
    const oneMore = await world.sap1(peer('crowd')).connect();
    expect(await httpStatusOf(idle)).toBe(403);
    const answers = await Promise.all([...others, oneMore].map((node) => node.ask('<KeepAliveRequest/>')));
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([200]));
  });

  it('KeepAliveRequest is answered with the time to live', async () => {
    const answer = await world.operator.ask('<KeepAliveRequest/>');
    expect([answer.kind, answer.code, answer.attribute('timeToLive')]).toEqual([
      'KeepAliveResponse',
      200,
      '86400',
    ]);
  });

  it('LogoutRequest ends it, the user sessions live on', async () => {
    const node = await world.sap1().connect();
    const user = world.newUser(node);
    const id = await user.session();
    const answer = await node.ask('<LogoutRequest/>');
    expect([answer.kind, answer.code]).toEqual(['Status', 200]);
    expect(await httpStatusOf(node)).toBe(403);
    expect(await httpStatusOf(world.operator)).toBe(200);
    await node.connect();
    expect((await user.keepAlive(id)).code).toBe(200);
  });

  it.concurrent('slides with every message, and ends when none came for its time to live', async () => {
    const [busy, silent] = [world.sap1(), world.sap1()];
    const announcedS = 3;
    await silent.connect(announcedS);
    await busy.connect(announcedS);
    let statuses: number[] = [];
    let last = Date.now();
    let end = last + 1500 * announcedS;
    while (last < end) {
      statuses.push(await httpStatusOf(busy));
      await pause(200);
      const gap = Date.now() - last;
      last += gap;
      if (gap < 1000 * announcedS) continue;
      // This machine is too busy to be in time: the session may have ended, and it begins again.
      await busy.connect(announcedS);
      statuses = [];
      last = Date.now();
      end = last + 1500 * announcedS;
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await busy.ask('<KeepAliveRequest/>')).attribute('timeToLive')).toBe(String(announcedS));
    expect(await httpStatusOf(silent)).toBe(403);
  });

  it("an id that another peer announced already is not given away, and stays that peer's", async () => {
    const operator = await world.sap1().connect();
    const thief = world.sap1(RIVAL);
    await expect(thief.connect(undefined, operator.sessionID)).rejects.toThrow('no SSP session');
    const user = world.newUser(operator);
    expect((await user.logIn()).code).toBe(200);
  });
});

describeLog(world);
