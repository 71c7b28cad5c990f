import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  clientKeyOf,
  type DigestSchema,
  type LoginAttempts,
  type NonceBinding,
  type Nonces,
} from '@sap2/session-core';
import { ALICE, BOB, OPERATOR, OTHER_OPERATOR, PHONE, TABLET } from './contract-world.js';

export interface NoncesSubject {
  readonly nonces: Nonces;
  readonly attempts: LoginAttempts;
  /** How long this subject keeps a nonce. */
  readonly lifeMs: number;
  readonly letPass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

const BINDING: NonceBinding = {
  peer: OPERATOR,
  account: ALICE,
  clientKey: clientKeyOf(PHONE),
  schema: 'SHA',
};
/** As many attempts as may be checked at the same time. */
const AT_ONCE = 3;
/** More wrong guesses than any subject allows. */
const MANY = 100;
const NONCE = 'e6b68ebd81309d538357e39e2fba3204';

/** What every Nonces does, whatever it is made of (ssp-binding §4.1). */
export function describeNoncesContract(name: string, makeSubject: () => Promise<NoncesSubject>): void {
  describe(`${name}, as Nonces`, () => {
    let subject: NoncesSubject;
    /** By an attempt that is over then. */
    const take = async (
      nonce: string,
      binding: Omit<NonceBinding, 'schema'>,
      transactionID: string,
    ): Promise<DigestSchema | undefined> => {
      const admission = await subject.attempts.begin({ ...binding, transactionID }, nonce);
      if (admission.kind !== 'go-ahead') throw new Error(`expected to go ahead: ${admission.kind}`);
      await subject.attempts.settle({ ...binding, transactionID }, 'unchecked');
      return admission.issuedFor;
    };
    beforeEach(async () => {
      subject = await makeSubject();
      await subject.nonces.keep(NONCE, BINDING);
    });
    afterEach(async () => {
      await subject.close();
    });

    it('gives the schema that the nonce was issued for, once', async () => {
      expect(await take(NONCE, BINDING, 't1')).toBe('SHA');
      expect(await take(NONCE, BINDING, 't2')).toBeUndefined();
    });

    it('gives it to the same transaction as often as it asks', async () => {
      await take(NONCE, BINDING, 't1');
      expect(await take(NONCE, BINDING, 't1')).toBe('SHA');
    });

    it('gives it to one of many that ask at once', async () => {
      const taken = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => take(NONCE, BINDING, `t${i}`)),
      );
      expect(taken.filter((schema) => schema !== undefined)).toHaveLength(1);
    });

    it('gives nothing to another peer, user or client, also not with the transaction that took it', async () => {
      const others = [
        { ...BINDING, peer: OTHER_OPERATOR },
        { ...BINDING, account: BOB },
        { ...BINDING, clientKey: clientKeyOf(TABLET) },
      ];
      for (const binding of others) {
        expect(await take(NONCE, binding, 't1')).toBeUndefined();
      }
      await subject.nonces.keep(`${NONCE}00`, BINDING);
      await take(`${NONCE}00`, BINDING, 't1');
      for (const binding of others) {
        expect(await take(`${NONCE}00`, binding, 't1')).toBeUndefined();
      }
    });

    it('keeps it for an attempt that may go ahead', async () => {
      for (let i = 0; i < MANY; i++) {
        const guess = { ...BINDING, transactionID: `wrong-${i}` };
        if ((await subject.attempts.begin(guess)).kind === 'refused') break;
        await subject.attempts.settle(guess, 'wrong');
      }
      const refused = await subject.attempts.begin({ ...BINDING, transactionID: 't1' }, NONCE);
      expect(refused.kind).toBe('refused');
      await subject.attempts.forget(ALICE, [OPERATOR]);
      expect(await take(NONCE, BINDING, 't2')).toBe('SHA');
    });

    it('knows no nonce that was never kept, whatever it looks like', async () => {
      for (const nonce of ['', 'x', `${NONCE}}`, '__proto__', '*']) {
        expect(await take(nonce, BINDING, 't1')).toBeUndefined();
      }
    });

    it('forgets a nonce after its life', async () => {
      await subject.letPass(subject.lifeMs + 50);
      expect(await take(NONCE, BINDING, 't1')).toBeUndefined();
    });
  });
}
