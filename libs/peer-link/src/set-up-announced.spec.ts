import { describe, expect, it } from '@jest/globals';
import {
  anAgreement,
  announce,
  hello,
  OTHER_PEER,
  PEER_SERVICE,
  proof,
  refusal,
  SetUpWorld,
  withDigest,
} from '@sap2/test-support';
import { md5Digest } from './password-digest.js';

/** Local parts of 22 characters: the least that a bearer secret may have. */
const id = (name: string, domain = 'operator.example'): string => `${name.padEnd(22, '-')}@${domain}`;

const FIELD = anAgreement({
  digestSchemas: ['MD5'],
  answerMode: 'callback',
  acceptedSecrets: [],
  signingSecrets: [],
});

describe('message 5', () => {
  it('is refused before message 3 was right, and when it is replayed', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.begin();
    expect(await world.announce(id('abc'))).toEqual(refusal(403));
    await world.prove();
    await world.announce(id('abc'));
    expect(await world.announce(id('evil'))).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['no-such-set-up', 'opened', 'no-such-set-up']);
    expect(await world.sspSessions.find(id('evil'))).toBeUndefined();
  });

  it.each([
    ['without a session proof', (world: SetUpWorld) => world.say(announce(id('evil')))],
    ['with the proof of another id', (world: SetUpWorld) => world.say(announce(id('evil'), 60, 200, 'AAAA'))],
    [
      'with the proof of another secret',
      (world: SetUpWorld) => world.announce(id('evil'), { secret: 'guess' }),
    ],
    ['with another status', (world: SetUpWorld) => world.say(announce(undefined, undefined, 409))],
  ])('%s gets 403, and the set-up waits for the right one', async (_, wrong) => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    world.address = '198.51.100.7';
    const answer = await wrong(world);
    expect('primitive' in answer ? answer.primitive : answer).toEqual(refusal(403));
    world.address = '192.0.2.1';
    expect(await world.announce(id('abc'))).toMatchObject({ status: { code: 200 } });
    expect(await world.sspSessions.find(id('evil'))).toBeUndefined();
  });

  it('belongs to the peer that its proof names, when several use one transactionID', async () => {
    const world = new SetUpWorld(
      anAgreement(),
      anAgreement({ peer: OTHER_PEER, acceptedSecrets: ['theirs'], signingSecrets: ['theirs'] }),
    );
    await world.prove(PEER_SERVICE);
    const token = await world.begin(OTHER_PEER);
    await world.say(proof(token, OTHER_PEER, 'theirs'));
    expect((await world.say(announce(id('abc', 'nobody.example')))).primitive).toEqual(refusal(403));
    await world.announce(id('abc', 'any.example'), { serviceID: OTHER_PEER, secret: 'theirs' });
    expect((await world.sspSessions.latestOf(OTHER_PEER))?.theirID).toBe(id('abc', 'any.example'));
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
  });

  it('by MD5 needs no proof, and belongs to the only one in question when its id has no domain', async () => {
    const world = new SetUpWorld(FIELD);
    const token = await world.begin();
    await world.say(withDigest(undefined, md5Digest(token)));
    expect((await world.say(announce('7'))).primitive).toMatchObject({
      status: { code: 200 },
      passwordDigest: undefined,
    });
    expect((await world.sspSessions.latestOf(PEER_SERVICE))?.theirID).toBe('7');
  });

  it('is refused when the agreement ended in the meantime', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    world.agreements.disable(PEER_SERVICE);
    expect(await world.announce(id('abc'))).toEqual(refusal(403));
  });

  it.each([
    ['of 21 characters', `${'x'.repeat(21)}@operator.example`],
    ['with a character of another alphabet', `${'x'.repeat(30)}+@operator.example`],
    ['without a local part', '@operator.example'],
    ['that is empty', ''],
    ['of 129 characters', 'x'.repeat(129)],
  ])('gets 402 for an id %s, and the set-up waits for another', async (_, sessionID) => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    expect(await world.announce(sessionID)).toEqual(refusal(402));
    expect(world.reasons()).toEqual(['bad-session-id']);
    expect(await world.announce(id('abc'))).toMatchObject({ status: { code: 200 } });
  });

  it('is refused with an id that another peer has', async () => {
    const world = new SetUpWorld(anAgreement(), anAgreement({ peer: OTHER_PEER }));
    await world.prove();
    await world.announce(id('abc'));
    await world.prove(OTHER_PEER);
    expect(await world.announce(id('abc'), { serviceID: OTHER_PEER })).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['opened', 'session-id-taken']);
    expect((await world.sspSessions.find(id('abc')))?.peer).toBe(PEER_SERVICE);
  });

  it('ends the session that was idle longest when the peer holds 64', async () => {
    const world = new SetUpWorld(anAgreement());
    for (let i = 0; i < 64; i++) {
      await world.prove();
      await world.announce(id(`node-${i}`));
    }
    await world.prove();
    await world.announce(id('node-64'));
    expect(world.reasons().at(-1)).toBe('opened');
    expect(await world.sspSessions.find(id('node-0'))).toBeUndefined();
    expect(await world.sspSessions.allOf(PEER_SERVICE)).toHaveLength(64);
  });

  it('opens one SSP session when it comes twice at once', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    const answers = await Promise.all(['1', '2'].map((n) => world.announce(id(n))));
    const codes = answers.map((primitive) => primitive.kind === 'LoginResponse' && primitive.status.code);
    expect(new Set(codes)).toEqual(new Set([200, 403]));
  });
});

describe('a stranger who knows the transactionID of a set-up', () => {
  it('breaks nothing by messages 1, 3 and 5 of its own, at any point and from the same address', async () => {
    const world = new SetUpWorld(anAgreement());
    const interfere = async (): Promise<void> => {
      const strange = await world.say(hello());
      await world.say(proof('a guess', PEER_SERVICE, 'a guess'));
      await world.say(announce(id('evil')));
      expect(['SendSecretToken', 'LoginResponse']).toContain(strange.primitive.kind);
    };
    await interfere();
    const token = await world.begin();
    for (let i = 0; i < 10; i++) await interfere();
    expect((await world.say(proof(token))).primitive).toMatchObject({ kind: 'LoginRequest' });
    for (let i = 0; i < 10; i++) await interfere();
    expect(await world.announce(id('abc'))).toMatchObject({ status: { code: 200 } });
    expect(await world.sspSessions.find(id('evil'))).toBeUndefined();
  });
});
