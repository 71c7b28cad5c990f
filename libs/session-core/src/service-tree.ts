/** Name of one function of the CSP service tree, a leaf such as `GETSPI` (ssp-binding §4.5). */
export type FunctionName = string & { readonly __functionName: unique symbol };
