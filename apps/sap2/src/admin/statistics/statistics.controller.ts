import { Inject } from '@nestjs/common';
import { Statistics } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { Serves } from '../http/serves.js';
import { STATISTICS } from './statistics.operations.js';

@AdminController()
export class StatisticsController {
  constructor(@Inject(Statistics) private readonly statistics: Statistics) {}

  @Serves(STATISTICS.getStatistics)
  async get(@Asked() { query }: Call<typeof STATISTICS.getStatistics>) {
    const { sessions, byDomain, byPeer, days } = await this.statistics.overview(query.days);
    return {
      live: {
        sessions,
        byDomain: byDomain.map(({ name, sessions: count }) => ({ domain: name, sessions: count })),
        byPeer: byPeer.map(({ name, sessions: count }) => ({ peer: name, sessions: count })),
      },
      days: days.map(({ day, logins, ends }) => ({ day, logins, ends })),
    };
  }
}
