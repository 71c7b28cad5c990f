import type { ResponsePrimitive } from '@sap2/ssp-wire';

/**
 * What became of a request to SAP 2. `away`: SAP 2 has not seen it. `silent`: it may have seen it, and has not
 * answered in time.
 */
export type Reply<Answer extends ResponsePrimitive = ResponsePrimitive> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'away'; readonly tryAgainS: number }
  | { readonly kind: 'silent' };
