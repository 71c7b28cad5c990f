import { describe, expect, it } from '@jest/globals';
import { anAgreement, announce, OTHER_PEER, PEER_SERVICE, refusal, SetUpWorld } from '@sap2/testkit';

describe('message 5', () => {
  it('is refused before message 3 was right, and when it is replayed', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.begin();
    expect((await world.say(announce('abc@operator.example'))).primitive).toEqual(refusal(403));
    await world.prove();
    await world.say(announce('abc@operator.example'));
    expect((await world.say(announce('evil@operator.example'))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['no-such-set-up', 'opened', 'no-such-set-up']);
    expect(await world.sspSessions.find('evil@operator.example')).toBeUndefined();
  });

  it('belongs to the peer whose domain its id has, when several use one transactionID', async () => {
    const world = new SetUpWorld(anAgreement(), anAgreement({ peer: OTHER_PEER }));
    await world.prove(PEER_SERVICE);
    await world.prove(OTHER_PEER);
    expect((await world.say(announce('abc@nobody.example'))).primitive).toEqual(refusal(403));
    await world.say(announce('abc@OTHER.example'));
    expect((await world.sspSessions.latestOf(OTHER_PEER))?.theirID).toBe('abc@OTHER.example');
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
  });

  it('belongs to the only one in question when its id has no domain', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    expect((await world.say(announce('7'))).primitive).toMatchObject({ status: { code: 200 } });
    expect((await world.sspSessions.latestOf(PEER_SERVICE))?.theirID).toBe('7');
  });

  it('is refused when the agreement ended in the meantime', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    world.agreements.disable(PEER_SERVICE);
    expect((await world.say(announce('abc@operator.example'))).primitive).toEqual(refusal(403));
  });

  it('with another status than 200 ends the set-up', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    expect((await world.say(announce(undefined, undefined, 409))).primitive).toEqual(refusal(403));
    expect((await world.say(announce('abc@operator.example'))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['aborted-by-peer', 'no-such-set-up']);
  });

  it.each([undefined, '', 'x'.repeat(129)])('is refused with the id %j', async (sessionID) => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    expect((await world.say(announce(sessionID))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['bad-session-id']);
  });

  it('is refused with an id that another peer has', async () => {
    const world = new SetUpWorld(anAgreement(), anAgreement({ peer: OTHER_PEER }));
    await world.prove();
    await world.say(announce('abc@operator.example'));
    await world.prove(OTHER_PEER);
    expect((await world.say(announce('abc@operator.example'))).primitive).toEqual(refusal(403));
    expect(world.reasons()).toEqual(['opened', 'session-id-taken']);
    expect((await world.sspSessions.find('abc@operator.example'))?.peer).toBe(PEER_SERVICE);
  });

  it('ends the session that was idle longest when the peer holds 64', async () => {
    const world = new SetUpWorld(anAgreement());
    for (let i = 0; i < 64; i++) {
      await world.prove();
      await world.say(announce(`node-${i}@operator.example`));
    }
    await world.prove();
    await world.say(announce('node-64@operator.example'));
    expect(world.reasons().at(-1)).toBe('opened');
    expect(await world.sspSessions.find('node-0@operator.example')).toBeUndefined();
    expect(await world.sspSessions.allOf(PEER_SERVICE)).toHaveLength(64);
  });

  it('opens one SSP session when it comes twice at once', async () => {
    const world = new SetUpWorld(anAgreement());
    await world.prove();
    const answers = await Promise.all([1, 2].map((n) => world.say(announce(`${n}@operator.example`))));
    const codes = answers.map(({ primitive }) => primitive.kind === 'LoginResponse' && primitive.status.code);
    expect(new Set(codes)).toEqual(new Set([200, 403]));
  });
});
