import { describe, expect, it } from '@jest/globals';
import type { Measures } from '@sap2/observability';
import type { Agreement, PeerLimits } from '@sap2/peer-link';
import { anAgreement } from '@sap2/test-support';
import { Gate } from '../doors/gate.js';
import { PeerAdmission, TurnedAway } from './peer-admission.js';

const peerWith = (peer: string, limits: Partial<PeerLimits> = {}): Agreement => {
  const usual = anAgreement({ peer });
  return { ...usual, limits: { ...usual.limits, ...limits } };
};

/** An admission behind an open gate, and what it counted. */
function admissionFor({ maxInFlight = 100, inFlight = 50 } = {}) {
  const counted: string[] = [];
  const measures: Measures = {
    request: () => undefined,
    refusal: () => undefined,
    setUp: () => undefined,
    turnedAway: (peer, cause) => counted.push(`${peer} ${cause}`),
    credentialCheck: () => undefined,
    disconnects: () => undefined,
    sessionOpened: () => undefined,
    sessionEnded: () => undefined,
    adminRequest: () => undefined,
    auditAnchor: () => undefined,
    storeCalls: () => () => undefined,
  };
  const gate = new Gate(maxInFlight);
  gate.open();
  const usual = { requestsPerSecond: undefined, loginsPerSecond: undefined, inFlight };
  return { gate, admission: new PeerAdmission(gate, usual, measures), counted };
}

/** Lets so many in that stay until they are let go. */
function crowd(count: number, letIn: (work: () => Promise<void>) => Promise<unknown>) {
  let letGo: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (letGo = resolve));
  const all = Array.from({ length: count }, () => letIn(() => over));
  return { letGo, all: Promise.all(all) };
}

const done = (): Promise<string> => Promise.resolve('done');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('one peer', () => {
  it('has only so many messages at work at once, and others have theirs', async () => {
    const { admission, counted } = admissionFor({ inFlight: 10 });
    const noisy = peerWith('noisy');
    const { letGo, all } = crowd(30, (work) => admission.pass(noisy, 'keep-alive', work));
    await settled();
    expect(await admission.pass(peerWith('quiet'), 'login', done)).toBe('done');
    letGo();
    const turnedAway = (await all).filter((result) => result instanceof TurnedAway);
    expect(turnedAway).toHaveLength(20);
    expect(turnedAway[0]).toEqual(new TurnedAway(429, 'Too many messages at once. Try again later.', 1));
    expect(counted).toEqual(Array.from({ length: 20 }, () => 'noisy in-flight'));
    expect(await admission.pass(noisy, 'login', done)).toBe('done');
  });

  it('of its own share, has room for keep-alives when there is none for logouts, and for those when there is none for logins', async () => {
    const { admission } = admissionFor({ inFlight: 10 });
    const peer = peerWith('busy');
    const passes = async (urgency: 'keep-alive' | 'logout' | 'login'): Promise<boolean> =>
      (await admission.pass(peer, urgency, done)) === 'done';
    const six = crowd(6, (work) => admission.pass(peer, 'login', work));
    await settled();
    expect([await passes('login'), await passes('logout'), await passes('keep-alive')]).toEqual([
      false,
      true,
      true,
    ]);
    const eight = crowd(2, (work) => admission.pass(peer, 'logout', work));
    await settled();
    expect([await passes('logout'), await passes('keep-alive')]).toEqual([false, true]);
    six.letGo();
    eight.letGo();
    await six.all;
    await eight.all;
    expect(await passes('login')).toBe(true);
  });

  it('has what its agreement says instead of what is usual', async () => {
    const { admission } = admissionFor({ inFlight: 10 });
    const { letGo, all } = crowd(5, (work) =>
      admission.pass(peerWith('small', { inFlight: 2 }), 'keep-alive', work),
    );
    await settled();
    letGo();
    expect((await all).filter((result) => result instanceof TurnedAway)).toHaveLength(3);
  });

  it('that fails at its work gives its place back', async () => {
    const { admission } = admissionFor({ inFlight: 1 });
    for (let i = 0; i < 3; i++) {
      await expect(
        admission.pass(peerWith('broken'), 'keep-alive', () => Promise.reject(new Error('broken'))),
      ).rejects.toThrow('broken');
    }
  });

  it('has so many messages a second, of whatever kind, then 429', async () => {
    const { admission, counted } = admissionFor();
    const eager = peerWith('eager', { requestsPerSecond: 3 });
    const results = [];
    for (let i = 0; i < 5; i++) results.push(await admission.pass(eager, 'keep-alive', done));
    expect(results.slice(0, 3)).toEqual(['done', 'done', 'done']);
    expect(results[4]).toEqual(new TurnedAway(429, 'Too many messages in a second. Try again later.', 1));
    expect(counted).toContain('eager requests-per-second');
    expect(await admission.pass(peerWith('other', { requestsPerSecond: 3 }), 'keep-alive', done)).toBe(
      'done',
    );
  });

  it('has so many logins a second, each beyond them being refused for itself: 503 and when to come again', async () => {
    const { admission, counted } = admissionFor();
    const eager = peerWith('eager', { loginsPerSecond: 2 });
    const refusals = [];
    for (let i = 0; i < 3; i++) refusals.push(await admission.refusalOfLogin(eager));
    expect(refusals.slice(0, 2)).toEqual([undefined, undefined]);
    expect(refusals[2]?.status).toMatchObject({ code: 503, tryAgainTimeoutS: 1 });
    expect(counted).toEqual(['eager logins-per-second']);
    expect(await admission.pass(eager, 'login', done)).toBe('done');
  });

  it('has another rate at once when its agreement changes', async () => {
    const { admission } = admissionFor();
    const refused = async (loginsPerSecond: number | undefined): Promise<boolean> =>
      (await admission.refusalOfLogin(peerWith('eager', { loginsPerSecond }))) !== undefined;
    expect([await refused(1), await refused(1)]).toEqual([false, true]);
    expect([await refused(2), await refused(undefined), await refused(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('an overloaded service', () => {
  it('refuses logins first, then logouts, and keep-alives last: 503', async () => {
    const { gate, admission, counted } = admissionFor({ maxInFlight: 10, inFlight: 100 });
    const peer = peerWith('peer');
    const ask = async (urgency: 'keep-alive' | 'logout' | 'login'): Promise<unknown> =>
      gate.pass(() => admission.pass(peer, urgency, done));
    const overloaded = new TurnedAway(503, 'Not now (overloaded). Try again later.', 5);
    const six = crowd(6, (work) => gate.pass(work));
    expect([await ask('login'), await ask('logout'), await ask('keep-alive')]).toEqual([
      overloaded,
      'done',
      'done',
    ]);
    const eight = crowd(2, (work) => gate.pass(work));
    expect([await ask('logout'), await ask('keep-alive')]).toEqual([overloaded, 'done']);
    const refusal = await admission.refusalOfLogin(peer);
    expect(refusal?.status).toMatchObject({ code: 503, tryAgainTimeoutS: 5 });
    expect(counted).toEqual(['peer overloaded', 'peer overloaded', 'peer overloaded']);
    six.letGo();
    eight.letGo();
    await six.all;
    await eight.all;
    expect(await ask('login')).toBe('done');
  });
});
