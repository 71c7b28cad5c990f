import { describe, expect, it } from '@jest/globals';
import { SSP_NAMESPACES } from '@sap2/ssp-wire';
import {
  anAgreement,
  announce,
  hello,
  OWN_SERVICE,
  PEER_SERVICE,
  proof,
  SetUpWorld,
  SHARED_SECRET,
  THEIR_TOKEN,
  withDigest,
} from '@sap2/test-support';
import { digestMatches, hmacSha256Digest, md5Digest, sessionProof } from './password-digest.js';

describe('a set-up that a peer begins (ssp-binding §3)', () => {
  it('goes through six messages, and the SSP session is up in both directions', async () => {
    const world = new SetUpWorld(anAgreement());
    const second = await world.say(hello());
    expect(second).toMatchObject({ mode: 'Response', transactionID: 'IA', namespace: SSP_NAMESPACES[1] });
    expect(second.primitive).toMatchObject({
      kind: 'SendSecretToken',
      serviceID: OWN_SERVICE,
      protocol: 'WV-SSP',
      protocolVersion: '1.3',
      secretToken: expect.stringMatching(/^[0-9a-f]{48}$/),
    });

    const ourToken = second.primitive.kind === 'SendSecretToken' ? second.primitive.secretToken : '';
    const fourth = await world.say(proof(ourToken));
    expect(fourth).toMatchObject({ mode: 'Response', transactionID: 'IA' });
    if (fourth.primitive.kind !== 'LoginRequest') throw new Error(fourth.primitive.kind);
    expect(fourth.primitive).toMatchObject({ serviceID: OWN_SERVICE, timeToLive: 86_400 });
    const { digestSchema, value } = fourth.primitive.passwordDigest;
    expect(digestSchema).toBe('HMAC-SHA-256');
    const theirs = { receiverToken: THEIR_TOKEN, sender: OWN_SERVICE, receiver: PEER_SERVICE };
    expect(digestMatches(value, 'HMAC-SHA-256', [SHARED_SECRET], theirs)).toBe(true);

    const ID = '0123456789abcdefghij_-@operator.example';
    const sixth = { primitive: await world.announceOver(ourToken, ID, 3600) };
    expect(sixth.primitive).toMatchObject({
      kind: 'LoginResponse',
      sessionID: expect.stringMatching(/^[0-9a-f]{32}@provider\.example$/),
      timeToLive: 3600,
      status: { code: 200 },
    });
    expect(await world.sspSessions.find(ID)).toEqual({
      peer: PEER_SERVICE,
      theirID: ID,
      ourID: sixth.primitive.kind === 'LoginResponse' && sixth.primitive.sessionID,
      timeToLiveS: 3600,
    });
    if (sixth.primitive.kind !== 'LoginResponse') throw new Error(sixth.primitive.kind);
    expect(sixth.primitive.passwordDigest).toEqual({
      digestSchema: 'HMAC-SHA-256',
      value: sessionProof(SHARED_SECRET, {
        receiverToken: THEIR_TOKEN,
        senderToken: ourToken,
        sessionID: sixth.primitive.sessionID ?? '',
        sender: OWN_SERVICE,
        receiver: PEER_SERVICE,
      }),
    });
    expect(world.events).toEqual([
      { outcome: 'opened', peer: PEER_SERVICE, transactionID: 'IA', primitive: 'LoginResponse' },
    ]);
  });

  it('takes the smaller time to live, the default where none is said, and never 0', async () => {
    const world = new SetUpWorld(anAgreement());
    const lives = [];
    for (const said of [undefined, 0, 100_000, 60]) {
      await world.prove();
      const primitive = await world.announce('0123456789abcdefghij_-@operator.example', { timeToLive: said });
      lives.push(primitive.kind === 'LoginResponse' && primitive.timeToLive);
    }
    expect(lives).toEqual([86_400, 1, 86_400, 60]);
  });

  it('knows a peer by its name in any case, and binds the name as it is spelt', async () => {
    const world = new SetUpWorld(anAgreement());
    expect(await world.prove('wv:@Operator.EXAMPLE')).toMatchObject({ kind: 'LoginRequest' });
  });

  it.each([
    ['the one the peer used, if we sign with it too', ['new secret', SHARED_SECRET], SHARED_SECRET],
    ['our newest, if the peer used another', ['new secret', 'their own'], 'new secret'],
  ])('F13: takes a digest under either secret of a rotation, and signs with %s', async (_, signing, used) => {
    const world = new SetUpWorld(
      anAgreement({ acceptedSecrets: ['new inbound', SHARED_SECRET], signingSecrets: signing }),
    );
    const fourth = await world.prove();
    if (fourth.kind !== 'LoginRequest') throw new Error(fourth.kind);
    const theirs = { receiverToken: THEIR_TOKEN, sender: OWN_SERVICE, receiver: PEER_SERVICE };
    expect(fourth.passwordDigest.value).toBe(hmacSha256Digest(used, theirs));
  });

  it('takes the field’s spelling: no protocol at all, or that of IMPS', async () => {
    const world = new SetUpWorld(anAgreement());
    for (const protocol of [undefined, 'WV-SSP', 'IMPS-SSP']) {
      const { primitive } = await world.say({ ...hello(), protocol, protocolVersion: undefined });
      expect(primitive.kind).toBe('SendSecretToken');
    }
  });
});

describe('a peer of the field: MD5 in callback mode', () => {
  it('gets message 2 under a transactionID of ours and proves itself by what was in it', async () => {
    const world = new SetUpWorld(
      anAgreement({
        digestSchemas: ['MD5'],
        answerMode: 'callback',
        acceptedSecrets: [],
        signingSecrets: [],
      }),
    );
    const second = await world.say(hello(), '7');
    expect(second.transactionID).not.toBe('7');
    if (second.primitive.kind !== 'SendSecretToken') throw new Error(second.primitive.kind);
    const fourth = await world.say(withDigest(undefined, md5Digest(second.primitive.secretToken)), '7');
    expect(fourth).toMatchObject({
      transactionID: '7',
      primitive: { passwordDigest: { digestSchema: undefined, value: md5Digest(THEIR_TOKEN) } },
    });
    const sixth = await world.say(announce('7@operator.example'), '7');
    expect(sixth).toMatchObject({ transactionID: '7', primitive: { status: { code: 200 } } });
  });
});

it('tells no secret in what it reports', async () => {
  const world = new SetUpWorld(anAgreement());
  const token = await world.begin();
  await world.say(proof(token, PEER_SERVICE, 'guess'));
  await world.prove();
  await world.announce('abc_def_ghi_jkl_mno_pqr@operator.example');
  const said = JSON.stringify(world.events);
  for (const secret of [token, THEIR_TOKEN, SHARED_SECRET, 'abc_']) expect(said).not.toContain(secret);
});
