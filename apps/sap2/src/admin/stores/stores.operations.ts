import { VERIFY_MODES } from '@sap2/administration';
import { z } from 'zod';
import { operations } from '../http/operation.js';

export const MAX_EXAMPLES = 100;

export const STORES = operations('stores', {
  verifyStores: {
    command: 'verify',
    route: 'POST /stores/verify',
    summary: 'Compares PostgreSQL and Redis, and repairs differences on request.',
    description:
      'Work in progress is not a difference. The services repair what a crash leaves behind by themselves. Use this after ' +
      'a restore, or to check.',
    scope: 'admin',
    body: z.strictObject({
      mode: z
        .enum(VERIFY_MODES)
        .default('compare')
        .describe(
          '`compare` changes nothing. `repair`: PostgreSQL decides, and Redis gets what is missing and loses what is left over. ' +
            '`restored`: PostgreSQL was restored to an older point, and no service runs. What is not in both is ended.',
        ),
    }),
    answer: {
      status: 200,
      says: 'The findings, and what was done.',
      schema: z.object({
        sound: z.boolean().describe('true: the stores agree, perhaps after the repair.'),
        compared: z.int().describe('Live sessions of PostgreSQL.'),
        missing: z.int().describe('Live in PostgreSQL, but missing in Redis or without a deadline there.'),
        leftOver: z.int().describe('In Redis, but not live in PostgreSQL.'),
        examples: z
          .array(z.object({ sessionID: z.string(), problem: z.enum(['missing', 'left-over']) }))
          .describe(`At most ${MAX_EXAMPLES} of each.`),
        repaired: z
          .object({
            putBack: z.int().describe('Added to Redis with a full keep-alive time.'),
            ended: z.int().describe('Ended in PostgreSQL; their owners get disconnects (601).'),
            removed: z.int().describe('Removed from Redis.'),
          })
          .nullable(),
      }),
    },
  },
});
