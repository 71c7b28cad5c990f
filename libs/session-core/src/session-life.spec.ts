import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aLogin,
  BOB,
  clientAt,
  OPERATOR,
  OTHER_OPERATOR,
  otherPeerThan,
  SessionWitness,
  SessionWorld,
  USUAL_POLICY,
  userOf,
  type WitnessedSession,
} from '@sap2/test-support';
import fc from 'fast-check';
import { CompleteLogin } from './complete-login.js';
import { KeepAlive } from './keep-alive.js';
import { LogOut } from './log-out.js';
import type { LoginRequest } from './login-request.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { RebuildLiveStore } from './rebuild-live-store.js';
import { ReconcileStores } from './reconcile-stores.js';
import { Sync } from './sync.js';

const PER_USER = 2;
const policy = { ...USUAL_POLICY, secondLogin: { ...USUAL_POLICY.secondLogin, sessionsPerUser: PER_USER } };

interface Life {
  readonly world: SessionWorld;
  readonly witness: SessionWitness;
}
type Step = fc.AsyncCommand<object, Life>;

/** Something that happens; afterwards every invariant is looked at. */
const step = (what: string, happen: (life: Life) => Promise<void>): Step => ({
  check: () => true,
  run: async (_model, life) => {
    await happen(life);
    await life.witness.expectInvariants();
  },
  toString: () => what,
});

const peers = fc.constantFrom(OPERATOR, OTHER_OPERATOR);
const epochs = fc.constantFrom('n:1', 'n:2', 'm:1', 'plain');
const times = fc.option(fc.constantFrom(60, 100, 400), { nil: undefined });
const users = fc
  .tuple(fc.constantFrom(ALICE, BOB), fc.constantFrom('a', 'b', 'c'))
  .map(([account, url]) => userOf(account, clientAt(url)));
const logins = fc.record<Partial<LoginRequest>>({
  peer: peers,
  user: users,
  timeToLiveS: times,
  sapEpoch: fc.option(epochs, { nil: undefined }),
});

/** One of the sessions that ever were, by a number that keeps its meaning while a run is shrunk. */
const picked = ({ witness }: Life, pick: number): WitnessedSession | undefined =>
  witness.sessions[pick % Math.max(1, witness.sessions.length)];
const picks = fc.nat(30);

const codes: Readonly<Record<string, number>> = { logout: 604, expired: 600 };

async function logIn({ world, witness }: Life, particulars: Partial<LoginRequest>): Promise<void> {
  const outcome = await new CompleteLogin(world, policy).execute(aLogin(particulars));
  await witness.afterLogins();
  if (outcome.kind !== 'logged-in') throw new Error(outcome.kind);
  const session = witness.live.find(({ id }) => id === outcome.sessionID);
  expect(session).toMatchObject({ keepAliveTimeS: particulars.timeToLiveS ?? 3600, ended: undefined });
}

async function keepAlive(
  life: Life,
  pick: number,
  by: string,
  timeToLiveS: number | undefined,
): Promise<void> {
  const session = picked(life, pick);
  if (!session) return;
  const { world, witness } = life;
  const peer = by === 'another peer' ? otherPeerThan(session.peer) : session.peer;
  const user = userOf(by === 'another user' ? (session.account === ALICE ? BOB : ALICE) : session.account);
  const { code, keepAliveTimeS } = await new KeepAlive(world.grants, policy).execute({
    form: 'single',
    peer,
    user: { ...user, client: undefined },
    entry: { userSessionID: session.id, timeToLiveS },
  });
  if (by === 'another peer') expect(code).toBe(604);
  else if (session.ended) expect([codes[session.ended] ?? 601, 604]).toContain(code);
  else if (by === 'another user') expect(code).toBe(422);
  else {
    expect(code).toBe(200);
    witness.used(session, keepAliveTimeS);
  }
}

async function sweep({ world, witness }: Life): Promise<void> {
  const nowMs = world.clock.nowMs();
  const due = witness.live.filter((session) => witness.deadlineMs(session) <= nowMs);
  expect(await world.sweep()).toBe(due.length);
  for (const session of due) session.ended = 'expired';
}

async function logOut(life: Life, pick: number, byOther: boolean): Promise<void> {
  const session = picked(life, pick);
  if (!session) return;
  const { peer, account, id } = session;
  const user = { ...userOf(account), client: undefined };
  const asking = byOther ? otherPeerThan(peer) : peer;
  const { kind } = await new LogOut(life.world).execute({ peer: asking, user, userSessionID: id });
  if (byOther) expect(kind).toBe('unknown');
  else if (session.ended === undefined) {
    expect(kind).toBe('logged-out');
    session.ended = 'logout';
  }
}

async function endByAdministrator(life: Life, chosenPicks: readonly number[]): Promise<void> {
  const chosen = new Set(chosenPicks.flatMap((pick) => picked(life, pick) ?? []));
  const ids = [...chosen].map(({ id }) => id);
  const ended = await life.world.forceEnd(ids);
  const live = [...chosen].filter((session) => session.ended === undefined);
  expect(ended).toHaveLength(live.length);
  for (const session of live) session.ended = 'administrator';
}

let syncs = 0;

async function sync({ world, witness }: Life, sapEpoch: string, peer = OPERATOR, keep = 0): Promise<void> {
  const held = witness.live.filter((session) => session.peer === peer);
  const listed = held.filter((_session, i) => (keep >> i) % 2 === 1);
  const mustEnd = witness.leftOut(peer, sapEpoch, new Set(listed.map(({ id }) => id)));
  const entries = listed.map(({ id }) => ({ userSessionID: id, timeToLiveS: undefined }));
  const syncID = `sync-${++syncs}`;
  const request = { peer, syncID, sapEpoch, part: 1, parts: 1, entries };
  const { leftOut } = await new Sync(world, policy).execute(request);
  expect(leftOut).toBe(mustEnd.length);
  for (const session of mustEnd) session.ended = 'left-out-of-sync';
  for (const session of listed) {
    witness.used(session);
    session.sapEpoch = sapEpoch;
  }
}

/** The process dies after some answers of the live store; then the stores are reconciled. */
async function crash(life: Life, answers: number, particulars: Partial<LoginRequest>): Promise<void> {
  const { world, witness } = life;
  world.live.answersLeft = answers;
  const completeLogin = new CompleteLogin(world, policy);
  await completeLogin.execute(aLogin(particulars)).catch((failure: unknown) => {
    expect(failure).toBeInstanceOf(LiveStoreUnavailableError);
  });
  world.live.answersLeft = Infinity;
  const crashedAtMs = world.clock.nowMs();
  world.clock.advance(10_000);
  const { restored } = await new ReconcileStores(world).execute({ withinS: 60 });
  const known = witness.sessions.length;
  await witness.afterLogins(crashedAtMs);
  // Put before the crash, its time began then.
  if (restored === 0) for (const session of witness.sessions.slice(known)) session.usedAtMs -= 10_000;
}

async function loseEverything({ world, witness }: Life): Promise<void> {
  world.live.loseEverything();
  expect(await new RebuildLiveStore(world).execute()).toBe(witness.live.length);
  for (const session of witness.live) {
    witness.used(session);
    session.spareMs = session.keepAliveTimeS * 100;
  }
}

const steps: fc.Arbitrary<Step>[] = [
  logins.map((login) => step(`log in ${JSON.stringify(login)}`, (life) => logIn(life, login))),
  fc.array(logins, { minLength: 2, maxLength: 6 }).map((several) =>
    step(`log in at once ${JSON.stringify(several)}`, async ({ world, witness }) => {
      await Promise.all(several.map((login) => new CompleteLogin(world, policy).execute(aLogin(login))));
      await witness.afterLogins();
    }),
  ),
  fc
    .tuple(picks, fc.constantFrom('owner', 'another peer', 'another user'), times)
    .map(([pick, by, time]) =>
      step(`keep ${pick} alive by ${by}, ${time} s`, (l) => keepAlive(l, pick, by, time)),
    ),
  fc
    .tuple(picks, fc.boolean())
    .map(([pick, byOther]) =>
      step(`log ${pick} out${byOther ? ' by another peer' : ''}`, (life) => logOut(life, pick, byOther)),
    ),
  fc
    .array(picks, { maxLength: 4 })
    .map((chosen) => step(`end ${chosen.join()}`, (life) => endByAdministrator(life, chosen))),
  fc
    .integer({ min: 1, max: 200 })
    .map((s) => step(`${s} s pass`, async ({ world }) => world.clock.advance(s * 1000))),
  fc.constant(step('sweep', sweep)),
  fc
    .tuple(epochs, peers, fc.nat(15))
    .map(([epoch, peer, keep]) =>
      step(`sync ${epoch} of ${peer}, ${keep}`, (l) => sync(l, epoch, peer, keep)),
    ),
  fc
    .tuple(fc.nat(5), logins)
    .map(([answers, login]) =>
      step(`crash after ${answers} in ${JSON.stringify(login)}`, (life) => crash(life, answers, login)),
    ),
  fc.constant(step('lose everything', loseEverything)),
];

describe('the life of user sessions', () => {
  it('keeps V1, V2, V3, V4, V6 and V7 whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { size: 'large', maxCommands: 60 }), async (commands) => {
        const setup = () => {
          const world = new SessionWorld();
          return { model: {}, real: { world, witness: new SessionWitness(world, PER_USER) } };
        };
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 200 },
    );
  });
});
