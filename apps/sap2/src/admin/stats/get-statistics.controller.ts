import { Inject } from '@nestjs/common';
import { type LiveCount, STATISTICS, type Statistics } from '@sap2/administration';
import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { wholeNumber } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';

const MAX_DAYS = 366;
const DEFAULT_DAYS = 7;

const STATS = z.object({
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
});

const GET_STATISTICS = operation({
  method: 'GET',
  path: '/stats',
  name: 'getStatistics',
  noun: 'stats',
  summary: 'Live sessions by domain and by peer, logins and ends of the last days.',
  description: 'Counted as sessions come and go: it costs the same however many there are.',
  scope: 'read',
  query: { days: wholeNumber(1, MAX_DAYS).default(DEFAULT_DAYS).describe(`Days, 1 to ${MAX_DAYS}.`) },
  answer: { status: 200, says: 'The counts.', schema: STATS },
});

@AdminController()
export class GetStatisticsController {
  constructor(@Inject(STATISTICS) private readonly statistics: Statistics) {}

  @Serves(GET_STATISTICS)
  async get(@Input() { query }: InputOf<typeof GET_STATISTICS>): Promise<z.output<typeof STATS>> {
    const [live, days] = await Promise.all([this.statistics.live(), this.statistics.days(query.days)]);
    return {
      live: {
        sessions: live.reduce((sum, { sessions }) => sum + sessions, 0),
        byDomain: totals(live, 'domain').map(([domain, sessions]) => ({ domain, sessions })),
        byPeer: totals(live, 'peer').map(([peer, sessions]) => ({ peer, sessions })),
      },
      days: days.map(({ day, logins, ends }) => ({ day, logins, ends })),
    };
  }
}

function totals(live: readonly LiveCount[], by: 'domain' | 'peer'): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const count of live) sums.set(count[by], (sums.get(count[by]) ?? 0) + count.sessions);
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
