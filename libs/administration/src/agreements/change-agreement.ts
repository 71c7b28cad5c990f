import type { SspSessions } from '@sap2/peer-link';
import type { ServiceID, SessionEnd } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { AgreementAction, AgreementBook, ChangeAgreementOutcome } from '../ports/agreement-book.port.js';
import {
  type AgreementEntry,
  type AgreementRules,
  readAgreementEntry,
  type WrongEntry,
} from './agreement-entry.js';

export interface AgreementPorts {
  readonly book: AgreementBook;
  readonly end: SessionEnd;
  readonly sspSessions: SspSessions;
}

export interface AgreementChange {
  readonly serviceID: ServiceID;
  readonly entry: AgreementEntry;
  /** Undefined: whatever it is by now. */
  readonly expectedRevision: number | undefined;
}

/**
 * What it no longer allows ends at once: user sessions of domains that were taken out, and all of them with the SSP
 * sessions where it was disabled (601, ssp-binding §5). When it returns, no request on any of them succeeds; where a
 * job ends them, some are still in the ledger.
 */
export class ChangeAgreement {
  constructor(
    private readonly ports: AgreementPorts,
    private readonly rules: AgreementRules,
  ) {}

  async execute(
    actor: Actor,
    { serviceID, entry, expectedRevision }: AgreementChange,
  ): Promise<ChangeAgreementOutcome<WrongEntry>> {
    const { book, end, sspSessions } = this.ports;
    const outcome = await end.announce(
      book.change<WrongEntry>(
        actor,
        actionOf(entry),
        serviceID,
        (before) => readAgreementEntry(entry, before, this.rules.contradictions),
        expectedRevision,
      ),
    );
    if (outcome.kind !== 'changed') return outcome;
    this.rules.onSettled(outcome.agreement);
    if (!outcome.agreement.enabled) await sspSessions.removeAllOf(serviceID);
    return outcome;
  }
}

function actionOf({ enabled, ...rest }: AgreementEntry): AgreementAction {
  const isMore = Object.values(rest).some((value) => value !== undefined);
  if (isMore || enabled === undefined) return 'agreement.change';
  return enabled ? 'agreement.enable' : 'agreement.disable';
}
