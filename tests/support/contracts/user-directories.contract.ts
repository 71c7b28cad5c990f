import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserDirectories } from '@sap2/session-core';
import { accountNamed, ALICE, BOB, PROVIDER } from './contract-world.js';

/** The domain is PROVIDER. Alice and bob are in the directory with this password. */
export const PASSWORD_IN_DIRECTORY = 'password-in-the-directory';

export interface UserDirectoriesSubject {
  readonly directories: UserDirectories;
  /** From now on the directory answers nothing useful; `false`: it does again. */
  setAway(isAway: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What every UserDirectories does, whatever it asks. */
export function describeUserDirectoriesContract(
  name: string,
  makeSubject: () => Promise<UserDirectoriesSubject>,
): void {
  describe(`${name}, as UserDirectories`, () => {
    let subject: UserDirectoriesSubject;
    const check = (account = ALICE, password = PASSWORD_IN_DIRECTORY) =>
      subject.directories.check(PROVIDER, account, password);

    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(() => subject.close());

    it('knows the right password of each of its users', async () => {
      expect([await check(ALICE), await check(BOB)]).toEqual([{ kind: 'right' }, { kind: 'right' }]);
    });

    it('says no to every other password, also to an empty one', async () => {
      for (const password of ['wrong', PASSWORD_IN_DIRECTORY.toUpperCase(), ' ', ''])
        expect(await check(ALICE, password)).toEqual({ kind: 'wrong', why: 'wrong-password' });
    });

    it('does not know others, whatever signs are in the name', async () => {
      for (const local of [
        'carol',
        'alic',
        'alicee',
        'a*',
        '*',
        '*)(uid=*',
        'alice)(|(uid=*',
        '\\2a',
        'àlice',
      ])
        expect(await check(accountNamed(local))).toEqual({ kind: 'wrong', why: 'unknown-user' });
    });

    it('gives no verdict while its directory is away, and one again after it', async () => {
      await subject.setAway(true);
      const verdict = await check();
      expect(verdict).toMatchObject({ kind: 'unavailable' });
      expect(verdict.kind === 'unavailable' && verdict.retryAfterS).toBeGreaterThan(0);
      await subject.setAway(false);
      expect(await check()).toEqual({ kind: 'right' });
    });
  });
}
