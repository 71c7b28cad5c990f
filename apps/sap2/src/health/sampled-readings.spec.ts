import { describe, expect, it } from '@jest/globals';
import { createEventLog } from '@sap2/observability';
import { OPERATOR } from '@sap2/test-support';
import { Gate } from '../listeners/gate.js';
import { SampledReadings } from './sampled-readings.js';

const lost = (): Promise<never> => Promise.reject(new Error('connection lost'));
const never = (): Promise<never> => new Promise(() => undefined);
const WAITING = [{ peer: OPERATOR, pending: 2, oldestAgeMs: 1_000 }];

const LIVE = [{ domain: 'provider.example', peer: OPERATOR, sessions: 5 }];

/** Stores that answer, but for what is said to do otherwise. */
function sampling(broken: { readonly redis?: () => Promise<never> } = {}) {
  const lines: string[] = [];
  let probes = 0;
  const { redis } = broken;
  const readings = new SampledReadings(
    {
      gate: new Gate(1),
      identity: {
        ping: async () => void probes++,
        agreements: { ofPeer: () => undefined, toTell: () => undefined },
        outbox: { backlogByPeer: () => Promise.resolve(WAITING) },
        statistics: { live: () => Promise.resolve(LIVE) },
        jobs: { backlog: () => Promise.resolve({ running: 1, lagMs: 40 }) },
        subscriptionLines: { backlogs: () => Promise.resolve([]) },
      },
      live: {
        ping: redis ?? (() => Promise.resolve()),
        sessions: { countDeadlines: redis ?? (async () => 5), lagMs: redis ?? (async () => 0) },
      },
      tls: { states: [] },
    },
    createEventLog({ level: 'debug', output: { write: (line: string) => lines.push(line) } }),
  );
  return { readings, lines, probes: () => probes };
}

describe('readings for a scrape', () => {
  it('say how the stores are and what is in them', async () => {
    expect(await sampling().readings.now()).toMatchObject({
      isGateOpen: false,
      inFlight: 0,
      stores: { postgresql: { isUp: true }, redis: { isUp: true } },
      liveSessions: 5,
      live: LIVE,
      sweeperLagMs: 0,
      jobs: { running: 1, lagMs: 40 },
      outbox: WAITING,
    });
  });

  it.each([
    ['is away', lost],
    ['hangs', never],
  ])('of a store that %s are left out, and those of the other are there', async (_, redis) => {
    const { readings, lines } = sampling({ redis });
    const now = await readings.now();
    expect(now).toMatchObject({
      stores: { postgresql: { isUp: true }, redis: { isUp: false } },
      liveSessions: undefined,
      sweeperLagMs: undefined,
      outbox: WAITING,
    });
    expect(now.stores.redis.probeMs).toBeLessThan(10_000);
    expect(lines.filter((line) => line.includes('metric_not_read'))).toHaveLength(3);
  });

  it('are looked up once for scrapes that come together, and the gate each time', async () => {
    const { readings, probes } = sampling();
    await Promise.all([readings.now(), readings.now()]);
    await readings.now();
    expect(probes()).toBe(1);
  });
});
