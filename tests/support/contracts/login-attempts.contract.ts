import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptResult, LoginAttempt, LoginAttempts } from '@sap2/session-core';
import { accountNamed, ALICE, BOB, OPERATOR, OTHER_OPERATOR } from './contract-world.js';

export interface LoginAttemptsSubject {
  readonly attempts: LoginAttempts;
  /** Wrong guesses that this subject allows within `windowMs` at one user; at least 2. */
  readonly perUser: number;
  /** By strangers at one peer; more than `perUser`. */
  readonly perPeer: number;
  /** Of strangers beyond that, in a second; 1. */
  readonly strangersPerS: number;
  readonly windowMs: number;
  readonly knownMs: number;
  /** After which what is being checked no longer counts; shorter than `windowMs`. */
  readonly leaseMs: number;
  readonly letPass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

let transactions = 0;
const attemptOf = (particulars: Partial<LoginAttempt> = {}): LoginAttempt => ({
  peer: OPERATOR,
  account: ALICE,
  clientKey: 'phone',
  transactionID: `t-${++transactions}`,
  ...particulars,
});

/** What every LoginAttempts does, whatever it is made of (ssp-binding §4.1). */
export function describeLoginAttemptsContract(
  name: string,
  makeSubject: () => Promise<LoginAttemptsSubject>,
): void {
  let subject: LoginAttemptsSubject;
  const begin = async (attempt: LoginAttempt): Promise<string> =>
    (await subject.attempts.begin(attempt)).kind;
  /** Says how it was begun; what may go ahead ends in `result`. */
  const play = async (particulars: Partial<LoginAttempt>, result: AttemptResult): Promise<string> => {
    const attempt = attemptOf(particulars);
    const kind = await begin(attempt);
    if (kind === 'go-ahead') await subject.attempts.settle(attempt, result);
    return kind;
  };
  const exhaust = async (particulars: Partial<LoginAttempt> = {}): Promise<void> => {
    for (let i = 0; i < subject.perUser; i++) expect(await play(particulars, 'wrong')).toBe('go-ahead');
  };
  /** Strangers at users without end, until the peer has no wrong guess left. */
  const spray = async (): Promise<void> => {
    for (let i = 0; i < subject.perPeer; i++)
      expect(await play({ account: accountNamed(`victim-${i}`) }, 'wrong')).toBe('go-ahead');
  };

  /** In how many seconds to come again. */
  const refusalOf = async (particulars: Partial<LoginAttempt>): Promise<number> => {
    const admission = await subject.attempts.begin(attemptOf(particulars));
    if (admission.kind !== 'refused') throw new Error(`expected a refusal, and it was ${admission.kind}`);
    return admission.retryAfterS;
  };

  describe(`${name}, as LoginAttempts`, () => {
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });

    it('allows as many wrong ones as the limit, then says when to come again', async () => {
      await exhaust();
      const refusal = await subject.attempts.begin(attemptOf());
      if (refusal.kind !== 'refused') throw new Error('one guess too many');
      expect(refusal.retryAfterS).toBeGreaterThanOrEqual(1);
      expect(refusal.retryAfterS).toBeLessThanOrEqual(Math.ceil(subject.windowMs / 1000));
    });

    it('never lets more be checked at once than may be wrong; the others wait for what comes of them', async () => {
      const all = Array.from({ length: subject.perUser * 10 }, () => attemptOf());
      const kinds = await Promise.all(all.map(begin));
      const checked = all.filter((_, index) => kinds[index] === 'go-ahead');
      expect(checked).toHaveLength(subject.perUser);
      expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(all.length - subject.perUser);
      await subject.attempts.settle(checked[0] ?? attemptOf(), 'right');
      expect([await begin(attemptOf()), await begin(attemptOf())]).toEqual(['go-ahead', 'wait']);
    });

    it.each(['right', 'unchecked'] as const)('does not count what turned out %s', async (result) => {
      for (let i = 0; i < subject.perUser * 2; i++) expect(await play({}, result)).toBe('go-ahead');
      await exhaust();
      expect(await play({}, 'right')).toBe('refused');
    });

    it('takes an attempt that is begun again, after a crash, for the same', async () => {
      for (let i = 1; i < subject.perUser; i++) await begin(attemptOf());
      const attempt = attemptOf();
      for (let i = 0; i < 3; i++) expect(await begin(attempt)).toBe('go-ahead');
      expect(await begin(attemptOf())).toBe('wait');
    });

    it('no longer waits for what a process that died was checking', async () => {
      for (let i = 0; i < subject.perUser; i++) await begin(attemptOf());
      expect(await begin(attemptOf())).toBe('wait');
      await subject.letPass(subject.leaseMs + 50);
      expect(await begin(attemptOf())).toBe('go-ahead');
    });

    it('counts what was wrong even if it took too long', async () => {
      const slow = attemptOf();
      await begin(slow);
      await subject.letPass(subject.leaseMs + 50);
      await subject.attempts.settle(slow, 'wrong');
      for (let i = 1; i < subject.perUser; i++) await play({}, 'wrong');
      expect(await play({}, 'right')).toBe('refused');
    });

    it('counts every user and every peer for itself', async () => {
      await exhaust();
      expect(await play({ account: BOB }, 'right')).toBe('go-ahead');
      expect(await play({ peer: OTHER_OPERATOR }, 'right')).toBe('go-ahead');
    });

    it('counts all clients of a user together', async () => {
      await play({ clientKey: 'tablet' }, 'right');
      await exhaust({ clientKey: 'tablet' });
      expect(await play({}, 'right')).toBe('refused');
    });

    it('forgets them where an administrator unlocks the user, and nowhere else', async () => {
      await exhaust();
      await subject.attempts.forget(ALICE, [OTHER_OPERATOR]);
      await subject.attempts.forget(BOB, [OPERATOR]);
      expect(await play({}, 'right')).toBe('refused');
      await subject.attempts.forget(ALICE, [OTHER_OPERATOR, OPERATOR]);
      await exhaust();
      expect(await play({}, 'right')).toBe('refused');
    });

    it('says with the last wrong one for how long the user is locked, and lists the user until then', async () => {
      const { attempts } = subject;
      const peers = [OPERATOR, OTHER_OPERATOR];
      for (let i = 1; i < subject.perUser; i++) {
        const attempt = attemptOf();
        await begin(attempt);
        expect(await attempts.settle(attempt, 'wrong')).toBeUndefined();
      }
      expect(await attempts.locked(peers)).toEqual([]);
      expect(await attempts.standing([BOB, ALICE], peers)).toEqual([
        { failed: 0, lockedForMs: undefined },
        { failed: subject.perUser - 1, lockedForMs: undefined },
      ]);
      const last = attemptOf();
      await begin(last);
      expect(await attempts.settle(last, 'wrong')).toBeGreaterThan(0);
      expect(await attempts.locked(peers)).toEqual([ALICE]);
      expect(await attempts.locked([OTHER_OPERATOR])).toEqual([]);
      const [standing] = await attempts.standing([ALICE], peers);
      expect(standing?.failed).toBe(subject.perUser);
      expect(standing?.lockedForMs).toBeGreaterThan(0);
      expect(standing?.lockedForMs).toBeLessThanOrEqual(subject.windowMs);
      await attempts.forget(ALICE, peers);
      expect(await attempts.locked(peers)).toEqual([]);
      expect(await attempts.standing([ALICE], peers)).toEqual([{ failed: 0, lockedForMs: undefined }]);
    });

    it('tells a locked user from a peer whose strangers are slowed', async () => {
      await exhaust();
      expect(await subject.attempts.begin(attemptOf())).toMatchObject({ why: 'user-locked' });
      for (let i = 0; i < subject.perPeer; i++) await play({ account: accountNamed(`victim-${i}`) }, 'wrong');
      expect(await subject.attempts.begin(attemptOf({ account: BOB }))).toMatchObject({ why: 'peer-slowed' });
    });

    it('begins anew when the window is over', async () => {
      await exhaust();
      await subject.letPass(subject.windowMs + 50);
      expect(await play({}, 'right')).toBe('go-ahead');
    });
  });

  describe(`${name}, as LoginAttempts at a peer that tries user after user`, () => {
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });

    it('is asked to come again once strangers were wrong as often as the limit of the peer, until the window is over', async () => {
      await spray();
      expect(await play({}, 'right')).toBe('refused');
      expect(await play({ peer: OTHER_OPERATOR }, 'right')).toBe('go-ahead');
      await subject.letPass(subject.windowMs + 50);
      expect(await play({}, 'right')).toBe('go-ahead');
    });

    it('checks a stranger that comes again when it was asked to, and not before', async () => {
      await spray();
      const first = await refusalOf({});
      expect(first).toBeLessThanOrEqual(5);
      expect(await play({}, 'right')).toBe('refused');
      await subject.letPass(first * 1000);
      expect(await play({}, 'right')).toBe('go-ahead');
    });

    it('lets strangers in one after the other, each at its own time, however many others try once meanwhile', async () => {
      await spray();
      const people = Array.from({ length: 5 }, (_, i) => accountNamed(`person-${i}`));
      for (const account of people) await refusalOf({ account });
      for (let i = 0; i < 200; i++) await refusalOf({ account: accountNamed(`sprayed-${i}`) });
      await subject.letPass(5_000);
      const waits: number[] = [];
      for (const account of people) {
        if ((await play({ account }, 'unchecked')) === 'go-ahead') waits.push(0);
        else waits.push(await refusalOf({ account }));
      }
      // The last of five waits for four, at one a second; some of that may have passed meanwhile.
      expect(waits[0]).toBe(0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(people.length - 1);
      await subject.letPass(people.length * 1000);
      const late = people.filter((_, index) => waits[index] !== 0);
      for (const account of late) expect(await play({ account }, 'unchecked')).toBe('go-ahead');
    });

    it('checks no more of them at once than their rate, however many come again', async () => {
      await spray();
      const guessers = Array.from({ length: 50 }, (_, i) => ({ account: accountNamed(`sprayed-${i}`) }));
      for (const guesser of guessers) await refusalOf(guesser);
      await subject.letPass(5_000);
      const begunMs = Date.now();
      const kinds = await Promise.all(guessers.map((guesser) => begin(attemptOf(guesser))));
      const tookS = (Date.now() - begunMs) / 1000;
      const checked = kinds.filter((kind) => kind === 'go-ahead').length;
      expect(checked).toBeGreaterThanOrEqual(1);
      expect(checked).toBeLessThanOrEqual(1 + Math.ceil(tookS * subject.strangersPerS));
    });

    it('reports a lock at the guess that reaches the limit of the user, and at no other', async () => {
      const locks: unknown[] = [];
      for (let guess = 0; guess < subject.perUser; guess++) {
        const attempt = attemptOf({ account: accountNamed('locked') });
        await begin(attempt);
        locks.push(await subject.attempts.settle(attempt, 'wrong'));
      }
      expect(locks.slice(0, -1).filter((lock) => lock !== undefined)).toEqual([]);
      expect(locks.at(-1)).toEqual(expect.any(Number));
    });

    it('gives a stranger one check for one turn, and the same again if it is begun again after a crash', async () => {
      await spray();
      await subject.letPass((await refusalOf({})) * 1000);
      const attempt = attemptOf();
      expect([await begin(attempt), await begin(attempt)]).toEqual(['go-ahead', 'go-ahead']);
      await subject.attempts.settle(attempt, 'wrong');
      expect(await play({}, 'right')).toBe('refused');
    });

    it('nor have more checked at once', async () => {
      const kinds = await Promise.all(
        Array.from({ length: subject.perPeer * 2 }, (_, i) =>
          begin(attemptOf({ account: accountNamed(`victim-${i}`) })),
        ),
      );
      expect(kinds.filter((kind) => kind === 'go-ahead')).toHaveLength(subject.perPeer);
      expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(subject.perPeer);
    });

    it('still lets in a client that was right before, and no other client of its user', async () => {
      await play({ clientKey: 'phone' }, 'right');
      await spray();
      expect(await play({ clientKey: 'phone' }, 'right')).toBe('go-ahead');
      expect(await play({ clientKey: 'tablet' }, 'right')).toBe('refused');
      expect(await play({ clientKey: 'phone', account: BOB }, 'right')).toBe('refused');
    });

    it('takes a client that was not right for long for a stranger again', async () => {
      await play({}, 'right');
      await subject.letPass(subject.knownMs + 50);
      await spray();
      expect(await play({}, 'right')).toBe('refused');
    });

    it('does not count the mistakes of known clients against the peer', async () => {
      await play({}, 'right');
      await exhaust();
      await spray();
      expect(await play({ account: BOB }, 'right')).toBe('refused');
    });
  });
}
