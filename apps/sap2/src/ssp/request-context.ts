import type { Agreement, SspSession } from '@sap2/peer-link';
import type { ServiceID } from '@sap2/session-core';
import type { RequestPrimitive, ResponsePrimitive } from '@sap2/ssp-wire';
import type { Urgency } from '../listeners/gate.js';

/** What a handler knows beside the request itself. */
export interface RequestContext {
  /** Who speaks: from the SSP session, never from the request. */
  readonly peer: ServiceID;
  readonly agreement: Agreement;
  readonly session: SspSession;
  readonly transactionID: string;
  /** Whether the message came over TLS. */
  readonly secure: boolean;
  /** Work to do once the answer was handed to the transport. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
}

/** One primitive's place in the pipeline. */
export interface Route<P extends RequestPrimitive> {
  readonly handle: (request: P, context: RequestContext) => Promise<ResponsePrimitive>;
  /** Whether a repeated transaction is given the stored answer, or is simply carried out again (ssp-binding §6). */
  readonly repetition: 'stored-answer' | 'executed-again';
  /** What is refused first when there is too much to do. */
  readonly urgency: Urgency;
  /** Names of the users and user sessions it acts on: requests that share one keep their order (ssp-binding §1). */
  readonly touches: (request: P) => readonly string[] | 'everybody';
}

export type DispatchTable = {
  readonly [K in RequestPrimitive['kind']]: Route<Extract<RequestPrimitive, { kind: K }>>;
};

export function routeOf<P extends RequestPrimitive>(table: DispatchTable, primitive: P): Route<P> {
  // The table is typed row by row. TypeScript cannot infer that a row fits the primitive of its kind.
  return table[primitive.kind] as unknown as Route<P>;
}
