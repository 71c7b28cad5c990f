import { describe, expect, it } from '@jest/globals';
import {
  anAgreement,
  announce,
  hello,
  OTHER_PEER,
  OWN_SERVICE,
  PEER_SERVICE,
  proof,
  refusal,
  SetUpWorld,
  SHARED_SECRET,
  withDigest,
} from '@sap2/test-support';
import { hmacSha256Digest, md5Digest } from './password-digest.js';

describe('message 1 is refused', () => {
  it('from an unknown sender, and from a peer whose agreement is disabled', async () => {
    const world = new SetUpWorld(anAgreement());
    expect((await world.say(hello('wv:@stranger.example'))).primitive).toEqual(refusal(403));
    world.agreements.disable(PEER_SERVICE);
    expect((await world.say(hello())).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['unknown-peer', 'unknown-peer']);
    expect(world.events[0]?.peer).toBe('wv:@stranger.example');
  });

  it('in another protocol or version', async () => {
    const world = new SetUpWorld(anAgreement());
    expect((await world.say({ ...hello(), protocol: 'SMTP' })).primitive).toEqual(refusal(403));
    expect((await world.say({ ...hello(), protocolVersion: '2.0' })).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['other-protocol', 'other-protocol']);
  });

  it('while one address has eight set-ups of this very name, for as long as they are unfinished', async () => {
    const world = new SetUpWorld(anAgreement());
    for (let i = 0; i < 8; i++) await world.begin();
    expect((await world.say(hello())).primitive).toEqual(refusal(503));
    await world.begin(PEER_SERVICE, 'IA-2');
    world.address = '198.51.100.7';
    await world.begin();
    world.address = '192.0.2.1';
    world.clock.advance(60_000);
    await world.begin();
    expect(world.reasons()).toEqual(['too-many-set-ups']);
  });

  it('when it is an answer to a message that we did not send', async () => {
    const world = new SetUpWorld(anAgreement());
    const { primitive, mode } = await world.say(hello(), 'IA', 'Response');
    expect(primitive).toEqual(refusal(403));
    expect(mode).toBe('Response');
    expect(world.reasons()).toEqual(['answer-to-nothing']);
  });
});

describe('message 3 is refused', () => {
  it('with 409 for a wrong digest, and the set-up waits for the right one', async () => {
    const world = new SetUpWorld(anAgreement());
    const token = await world.begin();
    expect((await world.say(proof(token, PEER_SERVICE, 'guess'))).primitive).toEqual(refusal(409));
    expect((await world.say(announce('abc@operator.example'))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['wrong-digest', 'no-such-set-up']);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
    expect((await world.say(proof(token))).primitive).toMatchObject({ kind: 'LoginRequest' });
  });

  it('with 503 from an address that has sent many wrong ones; a right one is taken all the same', async () => {
    const world = new SetUpWorld(anAgreement());
    const token = await world.begin();
    for (let i = 0; i < 6; i++) await world.say(proof(token, PEER_SERVICE, `guess ${i}`));
    expect(world.reasons().slice(-2)).toEqual(['wrong-digest', 'too-many-wrong-digests']);
    expect((await world.say(proof(token))).primitive).toMatchObject({ kind: 'LoginRequest' });
  });

  it('when a right one is replayed', async () => {
    const world = new SetUpWorld(anAgreement());
    const token = await world.begin();
    await world.say(proof(token));
    expect((await world.say(proof(token))).primitive).toEqual(refusal(403));
    await world.begin();
    expect((await world.say(proof(token))).primitive).toEqual(refusal(409));
  });

  it('after 60 s', async () => {
    const world = new SetUpWorld(anAgreement());
    const token = await world.begin();
    world.clock.advance(60_000);
    expect((await world.say(proof(token))).primitive).toEqual(refusal(403));
  });

  it('when our own digest is thrown back at us', async () => {
    // The attacker opens two set-ups and uses one to sign for the other: it sends our token as its own.
    const world = new SetUpWorld(anAgreement());
    const ourToken = await world.begin();
    const ours = { receiverToken: ourToken, sender: OWN_SERVICE, receiver: PEER_SERVICE };
    const signedByUs = hmacSha256Digest(SHARED_SECRET, ours);
    const reflected = withDigest('HMAC-SHA-256', signedByUs);
    expect((await world.say(reflected)).primitive).toEqual(refusal(409));
  });

  it('in our own name, whatever an agreement may say', async () => {
    const world = new SetUpWorld(anAgreement({ peer: OWN_SERVICE }));
    expect((await world.say(hello(OWN_SERVICE))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['unknown-peer']);
  });

  it('when it comes in the name of another than message 1', async () => {
    const world = new SetUpWorld(
      anAgreement(),
      anAgreement({ peer: OTHER_PEER, acceptedSecrets: ['theirs'], signingSecrets: ['theirs'] }),
    );
    const token = await world.begin(OTHER_PEER);
    expect((await world.say(proof(token, PEER_SERVICE, 'theirs'))).primitive).toEqual(refusal(403));
    expect((await world.say(proof(token, 'wv:@stranger.example'))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['replayed-or-expired-token', 'unknown-peer']);
  });

  it('with the digest of a peer that has another secret', async () => {
    const world = new SetUpWorld(
      anAgreement(),
      anAgreement({ peer: OTHER_PEER, acceptedSecrets: ['theirs'], signingSecrets: ['theirs'] }),
    );
    const token = await world.begin(PEER_SERVICE);
    expect((await world.say(proof(token, PEER_SERVICE, 'theirs'))).primitive).toEqual(refusal(409));
  });

  it.each([
    ['not agreed', anAgreement({ answerMode: 'callback' })],
    [
      'agreed, but the token went over the same line',
      anAgreement({ digestSchemas: ['HMAC-SHA-256', 'MD5'] }),
    ],
  ])('by MD5 where it is %s', async (_name, agreement) => {
    for (const schema of [undefined, 'MD5']) {
      const world = new SetUpWorld(agreement);
      const token = await world.begin();
      expect((await world.say(withDigest(schema, md5Digest(token)))).primitive).toEqual(refusal(403));
      expect(world.reasons()).toEqual(['schema-not-agreed']);
    }
  });

  it('by HMAC where only MD5 is agreed, and by an unknown schema', async () => {
    const world = new SetUpWorld(anAgreement({ digestSchemas: ['MD5'], answerMode: 'callback' }));
    expect(await world.prove()).toEqual(refusal(403));
    const token = await world.begin();
    expect((await world.say(withDigest('SHA-1', md5Digest(token)))).primitive).toEqual(refusal(403));
  });

  it('by HMAC where there is no secret', async () => {
    const world = new SetUpWorld(anAgreement({ acceptedSecrets: [], signingSecrets: [] }));
    const token = await world.begin();
    expect((await world.say(proof(token, PEER_SERVICE, ''))).primitive).toEqual(refusal(409));
  });
});
