import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { expectKeepAlivesUnaffected, expectNobodyLetIn, noteProcesses } from './meanwhile.js';

const AWAY_MS = 5_000;

export const postgresRestarted: Fault = {
  id: 'F6',
  what: 'PostgreSQL restarted under load',
  inCi: true,
  inject: async (world) => {
    const expectSameProcesses = noteProcesses(world);
    const fromMs = Date.now();
    await world.stores.stopPostgres();
    await pause(AWAY_MS);
    const toMs = Date.now();
    await world.stores.startPostgres();
    await world.heal();
    expectKeepAlivesUnaffected(world, fromMs, toMs);
    expectNobodyLetIn(world, fromMs, toMs);
    expectSameProcesses();
  },
};
