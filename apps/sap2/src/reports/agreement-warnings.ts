import { type AgreementBook, type AgreementRecord, warningsOf } from '@sap2/administration';
import type { EventLog } from '@sap2/observability';

const PAGE = 500;

/** What an operator should know about an agreement that is allowed to be as it is. */
export function warnOf(agreement: AgreementRecord, log: EventLog): void {
  for (const detail of warningsOf(agreement)) {
    log.warn('agreement_warning', { peer: agreement.serviceID, detail });
  }
}

/** Each start says it again, so that it does not get lost with old logs. */
export async function warnOfAll(book: Pick<AgreementBook, 'page'>, log: EventLog): Promise<void> {
  const all = { enabled: undefined, domain: undefined };
  let after: AgreementRecord['serviceID'] | undefined;
  do {
    const agreements = await book.page(all, after, PAGE);
    for (const agreement of agreements) warnOf(agreement, log);
    after = agreements.length === PAGE ? agreements.at(-1)?.serviceID : undefined;
  } while (after !== undefined);
}
