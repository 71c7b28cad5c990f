import { describe, expect, it } from '@jest/globals';
import type { PeerLimits } from '@sap2/peer-link';
import { Gate, type Urgency } from '../../listeners/gate.js';
import { MessagesAtWork } from '../messages-at-work.js';
import {
  agreementWith,
  DONE,
  done,
  held,
  KEEP_ALIVE,
  listening,
  LOGIN,
  LOGOUT,
  notReached,
  ofSession,
  ofSetUp,
  request,
  settled,
  statusAnswer,
  tableWith,
  unreadable,
} from '../steps.fixture.js';
import { admit } from './admit.step.js';
import type { Answer, Recognised } from './message.js';

const ASKING = { 'keep-alive': KEEP_ALIVE, logout: LOGOUT, login: LOGIN } as const;

const messageOf = (peer: string, urgency: Urgency, limits: Partial<PeerLimits> = {}): Recognised =>
  ofSession([request('one', ASKING[urgency])], agreementWith(peer, limits));

/** The step behind an open gate, and what it counted. */
function admitting({ maxInFlight = 100, inFlight = 50 } = {}) {
  const { heard, measures } = listening();
  const gate = new Gate(maxInFlight);
  gate.open();
  const atWork = new MessagesAtWork();
  const usualLimits = { requestsPerSecond: undefined, loginsPerSecond: undefined, inFlight };
  const step = admit({ gate, atWork, usualLimits, table: tableWith(), measures });
  /** So many messages that stay until they are released. */
  const crowd = (count: number, message: Recognised) => {
    const { release, work } = held(DONE);
    return { release, all: Promise.all(Array.from({ length: count }, () => step(message, work))) };
  };
  return { gate, step, crowd, heard, atWork };
}

const refusals = (answers: readonly Answer[]): readonly Answer[] =>
  answers.filter(({ kind }) => kind === 'refused');
const tooMany = { httpStatus: 429, detail: 'Too many messages at once. Try again later.', retryAfterS: 1 };

describe('one peer', () => {
  it('has only so many messages at work at once, and others have theirs', async () => {
    const { step, crowd, heard } = admitting({ inFlight: 10 });
    const { release, all } = crowd(30, messageOf('noisy', 'keep-alive'));
    await settled();
    expect(await step(messageOf('quiet', 'login'), done)).toBe(DONE);
    release();
    const turnedAway = refusals(await all);
    expect(turnedAway).toHaveLength(20);
    expect(turnedAway[0]).toMatchObject(tooMany);
    expect(heard).toEqual(Array.from({ length: 20 }, () => 'noisy in-flight'));
    expect(await step(messageOf('noisy', 'login'), done)).toBe(DONE);
  });

  it('of its own share, has room for keep-alives when there is none for logouts, and for those when there is none for logins', async () => {
    const { step, crowd } = admitting({ inFlight: 10 });
    const passes = async (urgency: Urgency): Promise<boolean> =>
      (await step(messageOf('busy', urgency), done)) === DONE;
    const six = crowd(6, messageOf('busy', 'login'));
    await settled();
    expect([await passes('login'), await passes('logout'), await passes('keep-alive')]).toEqual([
      false,
      true,
      true,
    ]);
    const eight = crowd(2, messageOf('busy', 'logout'));
    await settled();
    expect([await passes('logout'), await passes('keep-alive')]).toEqual([false, true]);
    six.release();
    eight.release();
    await six.all;
    await eight.all;
    expect(await passes('login')).toBe(true);
  });

  it('has what its agreement says instead of what is usual', async () => {
    const { crowd } = admitting({ inFlight: 10 });
    const { release, all } = crowd(5, messageOf('small', 'keep-alive', { inFlight: 2 }));
    await settled();
    release();
    expect(refusals(await all)).toHaveLength(3);
  });

  it('that fails at its work gives its place back', async () => {
    const { step, atWork } = admitting({ inFlight: 1 });
    for (let i = 0; i < 3; i++) {
      const broken = step(messageOf('broken', 'keep-alive'), () => Promise.reject(new Error('broken')));
      await expect(broken).rejects.toThrow('broken');
    }
    expect(atWork.of('broken')).toBe(0);
  });

  it('has so many messages a second, of whatever kind, then 429', async () => {
    const { step, heard } = admitting();
    const eager = messageOf('eager', 'keep-alive', { requestsPerSecond: 3 });
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await step(eager, done));
    expect(answers.slice(0, 3)).toEqual([DONE, DONE, DONE]);
    expect(answers[4]).toMatchObject({
      httpStatus: 429,
      detail: 'Too many messages in a second. Try again later.',
      retryAfterS: 1,
    });
    expect(heard).toContain('eager requests-per-second');
    const other = messageOf('other', 'keep-alive', { requestsPerSecond: 3 });
    expect(await step(other, done)).toBe(DONE);
  });
});

describe('an overloaded service', () => {
  it('refuses logins first, then logouts, and keep-alives last: 503', async () => {
    const { gate, step, heard } = admitting({ maxInFlight: 10, inFlight: 100 });
    const ask = (urgency: Urgency): Promise<unknown> =>
      gate.pass(() => step(messageOf('peer', urgency), done));
    const overloaded = {
      httpStatus: 503,
      detail: 'Not now (overloaded). Try again later.',
      retryAfterS: 5,
    };
    const { release, work } = held(DONE);
    const all = Array.from({ length: 6 }, () => gate.pass(work));
    expect([await ask('login'), await ask('logout'), await ask('keep-alive')]).toMatchObject([
      overloaded,
      DONE,
      DONE,
    ]);
    all.push(...Array.from({ length: 2 }, () => gate.pass(work)));
    expect([await ask('logout'), await ask('keep-alive')]).toMatchObject([overloaded, DONE]);
    expect(heard).toEqual(['peer overloaded', 'peer overloaded']);
    release();
    await Promise.all(all);
    expect(await ask('login')).toBe(DONE);
  });
});

describe('a message', () => {
  it('is as urgent as its most urgent request, or as a keep-alive if it has only answers and what cannot be read', async () => {
    const { gate, step } = admitting({ maxInFlight: 10 });
    const { release, work } = held(DONE);
    const all = Array.from({ length: 10 }, () => gate.pass(work));
    const mixed = [request('one', LOGIN), request('two', KEEP_ALIVE)];
    for (const transactions of [mixed, [statusAnswer('one', 200)], [unreadable('one')]]) {
      expect(await step(ofSession(transactions), done)).toBe(DONE);
    }
    const less = [request('one', LOGIN), request('two', LOGOUT)];
    expect(await step(ofSession(less), notReached)).toMatchObject({ httpStatus: 503 });
    release();
    await Promise.all(all);
  });

  it('of a set-up has no peer yet that it could be counted for', async () => {
    const { step } = admitting({ inFlight: 0 });
    expect(await step(ofSetUp(), done)).toBe(DONE);
  });
});
