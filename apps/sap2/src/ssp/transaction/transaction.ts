import type {
  FaultyTransaction,
  RequestPrimitive,
  RequestTransaction,
  ResponsePrimitive,
} from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import type { Step } from '../steps.js';
import type { DocumentOrder } from './document-order.js';

export type ReceivedRequest = FaultyTransaction | RequestTransaction;

/** One request of a message. */
export interface Transaction extends RequestContext {
  readonly request: ReceivedRequest;
  /** Among the requests of its message; undefined: it is the only one. */
  readonly order: DocumentOrder | undefined;
}

export interface ReadTransaction extends RequestContext {
  readonly primitive: RequestPrimitive;
  readonly route: Route<RequestPrimitive>;
}

export type TransactionStep<In = ReadTransaction, Out = In> = Step<In, Out, ResponsePrimitive>;
