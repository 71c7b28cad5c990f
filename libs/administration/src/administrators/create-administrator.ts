import type { Randomness } from '@sap2/kernel';
import type { Actor } from '../actor.js';
import type {
  AdministratorBook,
  AdministratorEntry,
  AdministratorRecord,
} from '../ports/administrator-book.port.js';
import { newToken } from './new-token.js';

/** The token is made here and told once. */
export class CreateAdministrator {
  constructor(
    private readonly book: AdministratorBook,
    private readonly randomness: Randomness,
  ) {}

  async execute(
    actor: Actor,
    entry: AdministratorEntry,
  ): Promise<
    | { readonly kind: 'created'; readonly administrator: AdministratorRecord; readonly token: string }
    | { readonly kind: 'exists' }
  > {
    const token = newToken(this.randomness);
    const outcome = await this.book.create(actor, entry, token);
    return outcome.kind === 'created' ? { ...outcome, token } : outcome;
  }
}
