import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const AWAY_MS = { ci: 8_000, full: 30_000 } as const;

export const redisRestarted: Fault = {
  id: 'F3',
  what: 'Redis killed and restarted under load (AOF everysec)',
  inCi: false,
  inject: (world) =>
    world.disturb(async () => {
      await world.stores.killRedis();
      await world.stores.startRedis();
    }),
};

export const redisEmptied: Fault = {
  id: 'F4',
  what: 'Redis emptied under load',
  inCi: true,
  inject: (world) => world.disturb(() => world.stores.emptyRedis(), { forgets: true }),
};

export const redisAway: Fault = {
  id: 'F5',
  what: 'Redis stopped for 30 s',
  inCi: false,
  inject: (world, scale) =>
    world.disturb(async () => {
      await world.stores.stopRedis();
      await pause(AWAY_MS[scale] / 2);
      for (const process of world.processes) {
        world.expect((await process.readiness()) === 503, `process ${process.number} is ready without Redis`);
      }
      await pause(AWAY_MS[scale] / 2);
      await world.stores.startRedis();
    }),
};
