import { readReason } from '@sap2/administration';
import { z } from 'zod';

/** Why something is done: a line for people. */
export const REASON = z
  .string()
  .superRefine((reason, context) => {
    const fault = readReason(reason);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .describe('Why, in a line for people.');
