import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aLogin,
  clientAt,
  differing,
  functionsNamed,
  OPERATOR,
  PHONE,
  plain,
  PROVIDER,
  SessionWorld,
  TABLET,
  userOf,
  USUAL_POLICY,
  withPassword,
} from '@sap2/test-support';
import { CompleteLogin, type CompleteLoginPorts } from './complete-login.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import type { FunctionNode } from './service-tree.js';

const login = (world: CompleteLoginPorts, particulars = {}, policy = USUAL_POLICY) =>
  new CompleteLogin(world, policy).execute(aLogin(particulars));

const node = (name: string, ...children: FunctionNode[]): FunctionNode => ({ name, children });
const WRONG = { proof: withPassword('wrong') };
const UNKNOWN_FUNCTION = { functions: [node('WVCSPFeat', node('XFeat'))] };

describe('a login', () => {
  it('makes a session with everything that it brought, in both stores', async () => {
    const world = new SessionWorld();
    const outcome = await login(world, {
      user: { ...userOf(ALICE), userID: 'WV:Alice@provider.example/phone' },
      cspVersion: '1.3',
      timeToLiveS: 700,
      sessionCookie: 'cookie',
      sapEpoch: 'n:1',
      capabilityList: '<ClientType>MOBILE_PHONE</ClientType>',
    });
    if (outcome.kind !== 'logged-in') throw new Error(outcome.kind);
    expect(outcome).toEqual({
      kind: 'logged-in',
      sessionID: outcome.sessionID,
      keepAliveTimeS: 700,
      capabilityRequest: false,
      agreedCapabilityList: '<ClientType>MOBILE_PHONE</ClientType>',
      denied: undefined,
    });
    expect(await world.ledger.find(outcome.sessionID)).toEqual({
      id: outcome.sessionID,
      account: ALICE,
      domain: PROVIDER,
      userID: 'WV:Alice@provider.example/phone',
      client: PHONE,
      peer: OPERATOR,
      keepAliveTimeS: 700,
      cspVersion: '1.3',
      sapEpoch: 'n:1',
      sessionCookie: 'cookie',
      capabilityList: '<ClientType>MOBILE_PHONE</ClientType>',
      agreedServices: [],
      startedAtMs: world.clock.nowMs(),
    });
    expect(await world.isLive(outcome.sessionID)).toBe(true);
  });

  it.each([
    [undefined, 3600],
    [0, 60],
    [59, 60],
    [60, 60],
    [86_400, 86_400],
    [2_147_483_647, 86_400],
  ])('that asks for %p s is granted %d s', async (timeToLiveS, keepAliveTimeS) => {
    expect(await login(new SessionWorld(), { timeToLiveS })).toMatchObject({ keepAliveTimeS });
  });

  it('asks for the capabilities of a client that sent none', async () => {
    expect(await login(new SessionWorld())).toMatchObject({
      capabilityRequest: true,
      agreedCapabilityList: undefined,
    });
  });

  it('is announced before the ledger knows it, so that no disconnect overtakes its answer', async () => {
    const world = new SessionWorld();
    const outcome = await login(world);
    if (outcome.kind !== 'logged-in') throw new Error(outcome.kind);
    const ended = await plain(world.ledger).end([outcome.sessionID], 'administrator', {
      reason: undefined,
      onlyOwnedBy: undefined,
    });
    expect(await world.live.remove(ended)).toEqual({ notHandedOver: [outcome.sessionID] });
  });
});

describe('births and ends', () => {
  it('are reported once each: a takeover is both, and a repeated transaction is neither', async () => {
    const world = new SessionWorld();
    const secondLogin = { sameClient: 'takeover', sessionsPerUser: 1, overLimit: 'evict-oldest' } as const;
    const second = { transactionID: 'second' };
    for (const one of [{}, second, second, { user: userOf(ALICE, TABLET) }]) {
      await login(world, one, { ...USUAL_POLICY, secondLogin });
    }
    expect(world.births).toBe(3);
    expect(world.reported.map(({ cause }) => cause)).toEqual(['replaced', 'evicted']);
  });
});

describe('services agreed at login', () => {
  const functions = [
    node('WVCSPFeat', node('FundamentalFeat', node('SearchFunc')), node('IMFeat', node('IMSendFunc'))),
  ];

  it('are what was asked for and both the domain and the agreement offer; the rest is denied', async () => {
    const world = new SessionWorld();
    world.directory
      .serve(PROVIDER, { services: new Set(functionsNamed('SRCH', 'IMFeat')) })
      .entitle(OPERATOR, [PROVIDER], { services: new Set(functionsNamed('FundamentalFeat', 'MDELIV')) });
    const outcome = await login(world, { functions });
    if (outcome.kind !== 'logged-in') throw new Error(outcome.kind);
    expect(outcome.denied).toEqual([
      node(
        'WVCSPFeat',
        node('FundamentalFeat', node('SearchFunc', node('STSRC'))),
        node('IMFeat', node('IMSendFunc', node('FWMSG'))),
      ),
    ]);
    expect((await world.ledger.find(outcome.sessionID))?.agreedServices).toEqual(['SRCH', 'MDELIV']);
  });

  it('are all of it where nothing is narrowed, and nothing is said then', async () => {
    expect(await login(new SessionWorld(), { functions })).toMatchObject({ denied: undefined });
  });
});

describe('a login is refused', () => {
  it('when its password came over plain HTTP and the agreement does not allow that: 403', async () => {
    const world = new SessionWorld();
    expect(await login(world, { secureTransport: false })).toEqual({ kind: 'password-not-allowed' });
    world.directory.entitle(OPERATOR, [PROVIDER], { allowPasswordOverHttp: true });
    expect(await login(world, { secureTransport: false })).toMatchObject({ kind: 'logged-in' });
    world.directory.endAgreement(OPERATOR);
    expect(await login(world, { secureTransport: false })).toEqual({ kind: 'password-not-allowed' });
  });

  it('but a digest may come over plain HTTP', async () => {
    const proof = { scheme: 'digest', nonce: 'n', digestSchema: undefined, digestBytes: 'd' } as const;
    expect(await login(new SessionWorld(), { secureTransport: false, proof })).toMatchObject({
      kind: 'challenge',
    });
  });

  it('when its version or its functions do not exist: 505, 402; that costs no guess', async () => {
    const world = new SessionWorld();
    expect(await login(world, { ...WRONG, cspVersion: '9' })).toEqual({ kind: 'unknown-version' });
    expect(await login(world, { ...WRONG, ...UNKNOWN_FUNCTION })).toEqual({ kind: 'functions-invalid' });
    expect(world.credentials.checks).toEqual([]);
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });

  it('when its password is wrong: 409, and there is no session', async () => {
    const world = new SessionWorld();
    expect(await login(world, WRONG)).toMatchObject({ kind: 'wrong-credentials' });
    expect(await world.ledger.countLive()).toBe(0);
  });
});

describe('a second login', () => {
  const REJECT = {
    ...USUAL_POLICY,
    secondLogin: { ...USUAL_POLICY.secondLogin, sameClient: 'reject', overLimit: 'reject' },
  } as const;

  it('of the same client takes over: the old session is ended with 601, the new one lives', async () => {
    const world = new SessionWorld();
    const first = await world.logIn();
    const second = await world.logIn();
    expect(await world.isLive(first)).toBe(false);
    expect(await world.isLive(second)).toBe(true);
    expect(world.ledger.outbox).toEqual([{ id: first, peer: OPERATOR, cause: 'replaced' }]);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });

  it('of the same client is rejected where the policy says so, after authentication only: 603', async () => {
    const world = new SessionWorld();
    await world.logIn();
    expect(await login(world, {}, REJECT)).toEqual({ kind: 'already-logged-in' });
    expect(await login(world, WRONG, REJECT)).toMatchObject({ kind: 'wrong-credentials' });
  });

  it('over the limit evicts the oldest, or is rejected: 603', async () => {
    const world = new SessionWorld();
    const ids = [];
    for (const url of ['a', 'b', 'c', 'd']) {
      ids.push(await world.logIn({ user: userOf(ALICE, clientAt(url)) }));
      world.clock.advance(1);
    }
    expect(await Promise.all(ids.map((id) => world.isLive(id)))).toEqual([false, true, true, true]);
    expect(await login(world, { user: userOf(ALICE, clientAt('e')) }, REJECT)).toEqual({
      kind: 'too-many-sessions',
    });
  });

  it('V6: in parallel never leaves more sessions than the limit in either store', async () => {
    const world = new SessionWorld();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => login(world, { user: userOf(ALICE, clientAt(`c${i % 6}`)) })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'logged-in').length).toBeGreaterThan(2);
    expect(await world.ledger.countLive()).toBe(3);
    expect(await world.live.count()).toEqual({ sessions: 3, deadlines: 3 });
  });
});

describe('a login that something happens to on its way', () => {
  it('V5: asked for again by the same transaction after a crash gives the same session', async () => {
    const world = new SessionWorld();
    const request = aLogin({ functions: [node('WVCSPFeat')] });
    const completeLogin = new CompleteLogin(world, USUAL_POLICY);
    // reserve, remove and then no more: the ledger has the session and the live store has not.
    world.live.answersLeft = 1;
    await expect(completeLogin.execute(request)).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    world.live.answersLeft = Infinity;
    const [born] = await world.ledger.page({ after: undefined, limit: 9, account: ALICE, peer: undefined });
    const outcomes = [await completeLogin.execute(request), await completeLogin.execute(request)];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ sessionID: born?.id, denied: undefined });
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
    expect(await world.ledger.countLive()).toBe(1);
  });

  it.each(['suspend', 'delete', 'raise-version'] as const)(
    'does not stand when the account changes meanwhile (%s): 503',
    async (change) => {
      const world = new SessionWorld();
      const credentials = differing(world.credentials, {
        passwordMatches: async (account, password) => {
          const right = await world.credentials.passwordMatches(account, password);
          world.accounts.change(ALICE, change);
          return right;
        },
      });
      expect(await login(differing(world, { credentials }))).toEqual({ kind: 'overtaken' });
      expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
    },
  );

  it('does not stand when its session is ended before it is usable: 503', async () => {
    const world = new SessionWorld();
    const live = differing(world.live, {
      put: async (session) => {
        const by = { reason: undefined, onlyOwnedBy: undefined };
        await world.end.announce(world.ledger.end([session.id], 'account-suspended', by));
        return world.live.put(session);
      },
    });
    expect(await login(differing(world, { live }))).toEqual({ kind: 'overtaken' });
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it.each(['replaced', 'evicted'] as const)(
    'stands when a later login ends its session before it is usable (%s), and only the later one is live',
    async (cause) => {
      const world = new SessionWorld();
      const later: string[] = [];
      const live = differing(world.live, {
        put: async (session) => {
          const user = cause === 'replaced' ? userOf(ALICE) : userOf(ALICE, TABLET);
          const secondLogin = { ...USUAL_POLICY.secondLogin, sessionsPerUser: 1 };
          const policy = { ...USUAL_POLICY, secondLogin };
          const outcome = await login(world, { user, transactionID: 'later' }, policy);
          if (outcome.kind === 'logged-in') later.push(outcome.sessionID);
          return world.live.put(session);
        },
      });
      expect(await login(differing(world, { live }))).toMatchObject({ kind: 'logged-in' });
      const sessions = await world.ledger.page({
        after: undefined,
        limit: 9,
        account: ALICE,
        peer: undefined,
      });
      expect(sessions.map(({ id }) => id)).toEqual(later);
      expect(later).toHaveLength(1);
      expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
    },
  );

  it('that is refused gives its reserved id back', async () => {
    const world = new SessionWorld();
    const reserved = new Set<string>();
    const live = differing(world.live, {
      reserve: async (id) => void reserved.add(id),
      handedOver: async (id) => void reserved.delete(id),
    });
    expect(await login(differing(world, { live }), WRONG)).toMatchObject({ kind: 'wrong-credentials' });
    expect(reserved).toEqual(new Set());
    expect(await login(differing(world, { live }))).toMatchObject({ kind: 'logged-in' });
    expect(reserved.size).toBe(1);
  });

  it('that the ledger fails leaves no guess to be checked', async () => {
    const world = new SessionWorld();
    const failure = new Error('the database is away');
    const ledger = differing(world.ledger, { open: () => Promise.reject(failure) });
    await expect(login(differing(world, { ledger }))).rejects.toBe(failure);
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });

  it('does not happen without its reservation, and leaves no guess to be checked', async () => {
    const world = new SessionWorld();
    const failure = new LiveStoreUnavailableError('lost');
    const live = differing(world.live, { reserve: () => Promise.reject(failure) });
    await expect(login(differing(world, { live }))).rejects.toBe(failure);
    expect(await world.ledger.countLive()).toBe(0);
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });

  it('changes nothing when the live store is away', async () => {
    const world = new SessionWorld();
    world.live.answersLeft = 0;
    await expect(login(world)).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    expect(await world.ledger.countLive()).toBe(0);
  });
});
