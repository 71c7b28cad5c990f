import type { SspSessions } from '@sap2/peer-link';
import type { LiveSessions, ServiceID } from '@sap2/session-core';
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
  readonly live: LiveSessions;
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
 * sessions where it was disabled (601, ssp-binding §5). When it returns, they are ended in both stores.
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
    const { book, live, sspSessions } = this.ports;
    const outcome = await book.change<WrongEntry>(
      actor,
      actionOf(entry),
      serviceID,
      (before) => readAgreementEntry(entry, before, this.rules.contradictions),
      expectedRevision,
    );
    if (outcome.kind !== 'changed') return outcome;
    this.rules.onSettled(outcome.agreement);
    await live.remove(outcome.ended);
    if (!outcome.agreement.enabled) await sspSessions.removeAllOf(serviceID);
    return outcome;
  }
}

function actionOf({ enabled, ...rest }: AgreementEntry): AgreementAction {
  const isMore = Object.values(rest).some((value) => value !== undefined);
  if (isMore || enabled === undefined) return 'agreement.change';
  return enabled ? 'agreement.enable' : 'agreement.disable';
}
