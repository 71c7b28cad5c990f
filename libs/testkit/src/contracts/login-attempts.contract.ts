import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountID, LoginAttempts, ServiceID } from '@sap2/session-core';
import { ALICE, BOB, OPERATOR, OTHER_OPERATOR } from './contract-world.js';

export interface LoginAttemptsSubject {
  readonly attempts: LoginAttempts;
  /** Guesses this subject allows within `windowMs`; at least 2. */
  readonly limit: number;
  /** Make it short where time is real, but no shorter than 1000 ms. */
  readonly windowMs: number;
  readonly letPass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

/** What every LoginAttempts does, whatever it is made of (ssp-binding §4.1). */
export function describeLoginAttemptsContract(
  name: string,
  makeSubject: () => Promise<LoginAttemptsSubject>,
): void {
  describe(`${name}, as LoginAttempts`, () => {
    let subject: LoginAttemptsSubject;
    const allowed = async (peer: ServiceID, account: AccountID): Promise<boolean> =>
      (await subject.attempts.take(peer, account)).allowed;
    const exhaust = async (): Promise<void> => {
      for (let i = 0; i < subject.limit; i++) expect(await allowed(OPERATOR, ALICE)).toBe(true);
    };
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });

    it('allows as many as the limit, then says when to come again', async () => {
      await exhaust();
      const refusal = await subject.attempts.take(OPERATOR, ALICE);
      if (refusal.allowed) throw new Error('one guess too many');
      expect(refusal.retryAfterS).toBeGreaterThanOrEqual(1);
      expect(refusal.retryAfterS).toBeLessThanOrEqual(Math.ceil(subject.windowMs / 1000));
    });

    it('never allows more than the limit to those who ask at once', async () => {
      const all = await Promise.all(
        Array.from({ length: subject.limit * 10 }, () => allowed(OPERATOR, ALICE)),
      );
      expect(all.filter(Boolean)).toHaveLength(subject.limit);
    });

    it('counts every user and every peer for itself', async () => {
      await exhaust();
      expect(await allowed(OPERATOR, BOB)).toBe(true);
      expect(await allowed(OTHER_OPERATOR, ALICE)).toBe(true);
    });

    it('takes back what turned out to be no wrong guess', async () => {
      await exhaust();
      await subject.attempts.giveBack(OPERATOR, ALICE);
      expect(await allowed(OPERATOR, ALICE)).toBe(true);
      expect(await allowed(OPERATOR, ALICE)).toBe(false);
    });

    it('takes back no more than was taken', async () => {
      await subject.attempts.giveBack(OPERATOR, ALICE);
      await exhaust();
      expect(await allowed(OPERATOR, ALICE)).toBe(false);
    });

    it('does not count what it refused', async () => {
      await exhaust();
      await allowed(OPERATOR, ALICE);
      await subject.attempts.giveBack(OPERATOR, ALICE);
      expect(await allowed(OPERATOR, ALICE)).toBe(true);
    });

    it('forgets them where an administrator unlocks the user, and nowhere else', async () => {
      await exhaust();
      await subject.attempts.forget(ALICE, [OTHER_OPERATOR]);
      await subject.attempts.forget(BOB, [OPERATOR]);
      expect(await allowed(OPERATOR, ALICE)).toBe(false);
      await subject.attempts.forget(ALICE, [OTHER_OPERATOR, OPERATOR]);
      await exhaust();
      expect(await allowed(OPERATOR, ALICE)).toBe(false);
    });

    it('begins anew when the window is over', async () => {
      await exhaust();
      await subject.letPass(subject.windowMs + 50);
      expect(await allowed(OPERATOR, ALICE)).toBe(true);
    });
  });
}
