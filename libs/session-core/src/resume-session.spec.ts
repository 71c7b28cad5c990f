import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aLogin,
  BOB,
  differing,
  functionsNamed,
  OTHER_OPERATOR,
  PROVIDER,
  SessionWorld,
  TABLET,
  USUAL_POLICY,
  userOf,
  withPassword,
} from '@sap2/test-support';
import { CompleteLogin, type CompleteLoginPorts } from './complete-login.js';
import type { FunctionNode } from './service-tree.js';

const node = (name: string, ...children: FunctionNode[]): FunctionNode => ({ name, children });
const WRONG = { proof: withPassword('wrong') };
const UNKNOWN_FUNCTION = { functions: [node('WVCSPFeat', node('XFeat'))] };

describe('a login that resumes', () => {
  const resume = (world: CompleteLoginPorts, userSessionID: string, particulars = {}) =>
    new CompleteLogin(world, USUAL_POLICY).execute(aLogin({ userSessionID, ...particulars }));

  it('gets its session back: same id, timer restarted, what was agreed kept', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({
      timeToLiveS: 100,
      functions: [],
      sapEpoch: 'n:1',
      capabilityList: '<A/>',
    });
    const before = await world.ledger.find(id);
    world.clock.advance(150_000);
    expect(await resume(world, id)).toEqual({
      kind: 'logged-in',
      sessionID: id,
      keepAliveTimeS: 100,
      capabilityRequest: true,
      agreedCapabilityList: '<A/>',
      denied: undefined,
    });
    world.clock.advance(150_000);
    expect(await world.sweep()).toBe(0);
    expect(await world.ledger.find(id)).toEqual(before);
    expect(before?.agreedServices).toHaveLength(41);
  });

  it('takes over what the new login says', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ sapEpoch: 'n:1', sessionCookie: 'old', functions: [] });
    const functions = [node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc')))];
    world.directory.serve(PROVIDER, { services: new Set(functionsNamed('SRCH')) });
    const fresh = {
      timeToLiveS: 90,
      sapEpoch: 'n:2',
      sessionCookie: 'new',
      capabilityList: '<B/>',
      functions,
    };
    expect(await resume(world, id, fresh)).toMatchObject({
      kind: 'logged-in',
      keepAliveTimeS: 90,
      capabilityRequest: false,
      agreedCapabilityList: '<B/>',
      denied: [node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc', node('STSRC'))))],
    });
    expect(await world.ledger.find(id)).toMatchObject({
      keepAliveTimeS: 90,
      sapEpoch: 'n:2',
      sessionCookie: 'new',
      agreedServices: ['SRCH'],
    });
  });

  it('reads its functions by the version of the session, not of the login: 402', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ cspVersion: '1.3' });
    const only13 = [node('WVCSPFeat', node('IMFeat', node('MM')))];
    expect(await resume(world, id, { functions: only13 })).toMatchObject({ kind: 'logged-in' });
    expect(await resume(world, id, UNKNOWN_FUNCTION)).toEqual({ kind: 'functions-invalid' });
  });

  it('is authenticated like any login', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await resume(world, id, WRONG)).toMatchObject({ kind: 'wrong-credentials' });
  });

  it("cannot have another user's or another client's session of the same peer: 422", async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await resume(world, id, { user: userOf(BOB) })).toEqual({ kind: 'mismatch' });
    expect(await resume(world, id, { user: userOf(ALICE, TABLET) })).toEqual({ kind: 'mismatch' });
  });

  it("V4: cannot have another peer's session, nor one that is closed, nor one that never was: 502", async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const closed = await world.logIn({ user: userOf(ALICE, TABLET), timeToLiveS: 60 });
    world.clock.advance(121_000);
    await world.sweep();
    expect(await resume(world, id, { peer: OTHER_OPERATOR })).toEqual({ kind: 'cannot-resume' });
    expect(await resume(world, closed, { user: userOf(ALICE, TABLET) })).toEqual({ kind: 'cannot-resume' });
    for (const never of ['', 'nonsense', `${id.slice(0, 25)}!`]) {
      expect(await resume(world, never)).toEqual({ kind: 'cannot-resume' });
    }
  });

  it.each([
    ['before it is found', 'find', undefined],
    ['before it is written', 'resume', false],
    ['before its services are', 'agreeServices', false],
  ] as const)('cannot have a session that the ledger ends %s: 502', async (_when, step, answer) => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ledger = differing(world.ledger, { [step]: () => Promise.resolve(answer) });
    expect(await resume(differing(world, { ledger }), id, { functions: [] })).toEqual({
      kind: 'cannot-resume',
    });
  });

  it('cannot have a session that expires between two steps: 502', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ledger = differing(world.ledger, {
      resume: async () => {
        world.clock.advance(3_661_000);
        await world.sweep();
        return true;
      },
    });
    expect(await resume(differing(world, { ledger }), id)).toEqual({ kind: 'cannot-resume' });
  });
});
