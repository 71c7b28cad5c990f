import type { ResponsePrimitive } from '@sap2/ssp-wire';
import type { Run } from '../steps.js';
import type { ReadTransaction } from './transaction.js';

/** The handler of its primitive does the work. */
export const handle: Run<ReadTransaction, ResponsePrimitive> = (transaction) =>
  transaction.route.handle(transaction.primitive, transaction);
