import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { wholeNumber } from '../http/fields.js';
import { operations } from '../http/operation.js';

const MAX_DAYS = 366;
const DEFAULT_DAYS = 7;

export const STATISTICS = operations('stats', {
  getStatistics: {
    command: 'session stats',
    route: 'GET /stats',
    summary: 'Live sessions by domain and by peer, logins and ends of the last days.',
    description:
      'The service counts when sessions begin and end. So the cost does not depend on their number.',
    scope: 'read',
    query: { days: wholeNumber(1, MAX_DAYS).default(DEFAULT_DAYS).describe(`Days, 1 to ${MAX_DAYS}.`) },
    answer: {
      status: 200,
      says: 'The counts.',
      schema: z.object({
        live: z.object({
          sessions: z.int(),
          byDomain: z.array(z.object({ domain: z.string(), sessions: z.int() })),
          byPeer: z.array(z.object({ peer: z.string(), sessions: z.int() })),
        }),
        days: z
          .array(
            z.object({
              day: z.iso.date().describe('UTC.'),
              logins: z.int(),
              ends: z
                .partialRecord(z.enum(END_CAUSES), z.int())
                .describe('By cause; causes that did not occur are left out.'),
            }),
          )
          .describe('Newest first, today among them.'),
      }),
    },
  },
});
