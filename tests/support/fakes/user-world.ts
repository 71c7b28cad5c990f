import type { Actor, PasswordPolicy } from '@sap2/administration';
import { OPERATOR, OTHER_OPERATOR, PROVIDER } from '../contracts/contract-world.js';
import { FakeUsers } from './fake-users.js';
import { SessionWorld } from './session-world.js';

export const ROOT: Actor = { name: 'root', from: '192.0.2.1', requestID: 'r1' };

export const USUAL_PASSWORDS: PasswordPolicy = { minCharacters: 8, hasUserDirectory: () => false };

/** A session world whose users an administrator makes and changes. */
export class UserWorld extends SessionWorld {
  readonly users = new FakeUsers(this.clock, this.accounts, this.ledger, [
    { domain: PROVIDER, peers: [OPERATOR, OTHER_OPERATOR] },
  ]);
}
