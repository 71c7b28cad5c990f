import type { AgreementRecord } from '@sap2/administration';
import type { EventType, NewEvent } from '@sap2/event-feed';

/** Without a domain of its own, because an agreement may have many. */
export const eventOf = (
  type: Extract<EventType, `agreement.${string}`>,
  { serviceID, enabled, domains }: Pick<AgreementRecord, 'serviceID' | 'enabled' | 'domains'>,
): NewEvent => ({ type, peer: serviceID, data: { enabled, domains } });
