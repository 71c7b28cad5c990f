import type { ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { AgreementBook, CreateAgreementOutcome } from '../ports/agreement-book.port.js';
import {
  type AgreementEntry,
  type AgreementRules,
  readAgreementEntry,
  type WrongEntry,
} from './agreement-entry.js';

/** From the answer on the peer may set up an SSP session, if the agreement is enabled and in force. */
export class CreateAgreement {
  constructor(
    private readonly book: AgreementBook,
    private readonly rules: AgreementRules,
  ) {}

  async execute(
    actor: Actor,
    serviceID: ServiceID,
    entry: AgreementEntry,
    secret: string,
  ): Promise<CreateAgreementOutcome | WrongEntry> {
    const settings = readAgreementEntry(entry, undefined, this.rules.contradictions);
    if ('kind' in settings) return settings;
    const outcome = await this.book.create(actor, serviceID, settings, secret);
    if (outcome.kind === 'created') this.rules.onSettled(outcome.agreement);
    return outcome;
  }
}
