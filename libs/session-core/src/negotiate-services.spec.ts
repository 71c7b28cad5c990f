import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  BOB,
  differing,
  functionsNamed,
  OPERATOR,
  OTHER_OPERATOR,
  PROVIDER,
  SessionWorld,
  someClientOf,
  TABLET,
  userOf,
} from '@sap2/test-support';
import {
  NegotiateServices,
  type NegotiateServicesRequest,
  type NegotiationPorts,
} from './negotiate-services.js';
import type { FunctionNode } from './service-tree.js';

const node = (name: string, ...children: FunctionNode[]): FunctionNode => ({ name, children });
const SEARCH = [node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc')))];

const negotiate = (
  ports: NegotiationPorts,
  userSessionID: string,
  particulars: Partial<NegotiateServicesRequest> = {},
) =>
  new NegotiateServices(ports).execute({
    peer: OPERATOR,
    user: someClientOf(ALICE),
    userSessionID,
    functions: SEARCH,
    allFunctionsRequest: false,
    ...particulars,
  });

describe('a negotiation', () => {
  it('agrees on what is on offer, in place of what was agreed before', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ functions: [node('WVCSPFeat', node('IMFeat'))] });
    expect(await negotiate(world, id)).toEqual({
      kind: 'negotiated',
      denied: undefined,
      allFunctions: undefined,
    });
    expect((await world.ledger.find(id))?.agreedServices).toEqual(['SRCH', 'STSRC']);
  });

  it('says what is denied', async () => {
    const world = new SessionWorld();
    world.directory.serve(PROVIDER, { services: new Set(functionsNamed('STSRC')) });
    const id = await world.logIn();
    const denied = [node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc', node('SRCH'))))];
    expect(await negotiate(world, id)).toMatchObject({ denied });
  });

  it('denies everything that the agreement no longer covers', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    world.directory.endAgreement(OPERATOR);
    expect(await negotiate(world, id, { allFunctionsRequest: true })).toEqual({
      kind: 'negotiated',
      denied: SEARCH,
      allFunctions: [],
    });
  });

  it('tells the whole offer when asked, and then need not agree on anything', async () => {
    const world = new SessionWorld();
    world.directory.entitle(OPERATOR, [PROVIDER], { services: new Set(functionsNamed('SearchFunc')) });
    const id = await world.logIn({ functions: SEARCH });
    expect(await negotiate(world, id, { functions: undefined, allFunctionsRequest: true })).toEqual({
      kind: 'negotiated',
      denied: undefined,
      allFunctions: [
        node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc', node('SRCH'), node('STSRC')))),
      ],
    });
    expect((await world.ledger.find(id))?.agreedServices).toEqual(['SRCH', 'STSRC']);
  });

  it("reads the tree by the session's version: 402", async () => {
    const world = new SessionWorld();
    const functions = [node('WVCSPFeat', node('IMFeat', node('MM')))];
    const [old, young] = [
      await world.logIn(),
      await world.logIn({ cspVersion: '1.3', user: userOf(ALICE, TABLET) }),
    ];
    expect(await negotiate(world, old, { functions })).toEqual({ kind: 'functions-invalid' });
    expect(await negotiate(world, young, { functions })).toMatchObject({ kind: 'negotiated' });
  });

  it('V3: keeps the session alive', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 60 });
    world.clock.advance(119_000);
    await negotiate(world, id);
    world.clock.advance(119_000);
    expect(await world.sweep()).toBe(0);
  });
});

describe('a negotiation is refused', () => {
  it('on a session of another user or client: 422', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await negotiate(world, id, { user: someClientOf(BOB) })).toEqual({ kind: 'mismatch' });
    expect(await negotiate(world, id, { user: userOf(ALICE, TABLET) })).toEqual({ kind: 'mismatch' });
  });

  it('on a session that ended: 600, 601', async () => {
    const world = new SessionWorld();
    const expired = await world.logIn({ timeToLiveS: 60 });
    world.clock.advance(120_000);
    await world.sweep();
    const forced = await world.logIn();
    await world.forceEnd([forced]);
    expect(await negotiate(world, expired)).toEqual({ kind: 'ended', cause: 'expired' });
    expect(await negotiate(world, forced)).toEqual({ kind: 'ended', cause: 'administrator' });
  });

  it("V4: on another peer's session as on one that never was: 604", async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await negotiate(world, id, { peer: OTHER_OPERATOR })).toEqual({ kind: 'unknown' });
    expect(await negotiate(world, 'never')).toEqual({ kind: 'unknown' });
  });

  it('when the session ends between two steps, with what ended it where that is known', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ended = differing(world.ledger, {
      agreeServices: async (...change) => {
        await world.forceEnd([id]);
        return world.ledger.agreeServices(...change);
      },
    });
    const ghost = differing(world.ledger, { agreeServices: () => Promise.resolve(false) });
    expect(await negotiate(differing(world, { ledger: ghost }), id)).toEqual({ kind: 'unknown' });
    expect(await negotiate(differing(world, { ledger: ended }), id)).toEqual({
      kind: 'ended',
      cause: 'administrator',
    });
  });
});
