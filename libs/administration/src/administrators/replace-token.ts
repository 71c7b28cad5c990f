import type { Randomness } from '@sap2/kernel';
import type { Actor } from '../actor.js';
import type { AdministratorBook, AdministratorRecord } from '../ports/administrator-book.port.js';
import { newToken } from './new-token.js';

/** The token before it is none from the answer on. */
export class ReplaceToken {
  constructor(
    private readonly book: AdministratorBook,
    private readonly randomness: Randomness,
  ) {}

  async execute(
    actor: Actor,
    name: string,
  ): Promise<{ readonly administrator: AdministratorRecord; readonly token: string } | undefined> {
    const token = newToken(this.randomness);
    const outcome = await this.book.change(actor, name, { token }, undefined);
    return outcome.kind === 'changed' ? { administrator: outcome.administrator, token } : undefined;
  }
}
