import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';
import { expectKeepAlivesUnaffected, noteProcesses } from './meanwhile.js';

const FROZEN_MS = { ci: 6_000, full: 20_000 } as const;
const JUMPED_MS = { ci: 4_000, full: 20_000 } as const;
const HOUR_MS = 3_600_000;

/** Stands for the clock of a machine: the clock of the process, an hour further at each SIGUSR2. */
const CLOCK_THAT_JUMPS = `
  const Real = Date; let ahead = 0;
  process.on("SIGUSR2", () => { ahead += ${HOUR_MS}; });
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length > 0) super(...given); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };`;

const withItsOwnClock = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CLOCK_THAT_JUMPS)}`,
};

async function freezeService(world: World, forMs: number): Promise<void> {
  const { pid } = world.process(1);
  process.kill(pid, 'SIGSTOP');
  try {
    await pause(forMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function freezePostgres(world: World, forMs: number): Promise<void> {
  const fromMs = Date.now();
  const thaw = await world.stores.freezePostgres();
  try {
    await pause(forMs);
  } finally {
    thaw();
  }
  await world.heal();
  expectKeepAlivesUnaffected(world, fromMs, fromMs + forMs);
}

async function freezeRedis(world: World, forMs: number): Promise<void> {
  const thaw = world.stores.freezeRedis();
  try {
    await pause(forMs);
  } finally {
    thaw();
  }
}

async function jump(world: World, forMs: number): Promise<void> {
  const jumping = world.process(2);
  await jumping.terminate();
  await jumping.start(withItsOwnClock);
  const expectSameProcesses = noteProcesses(world);
  process.kill(jumping.pid, 'SIGUSR2');
  await pause(forMs);
  await world.heal();
  expectSameProcesses();
}

export const frozen: Fault = {
  id: 'F18',
  what: 'a process, Redis and PostgreSQL frozen for 20 s; the clock of one process jumps by an hour',
  // Three times 20 s and a new start: too long for every change.
  inCi: false,
  inject: async (world, scale) => {
    const expectSameProcesses = noteProcesses(world);
    await freezeService(world, FROZEN_MS[scale]);
    await world.heal();
    await freezePostgres(world, FROZEN_MS[scale]);
    await world.disturb(() => freezeRedis(world, FROZEN_MS[scale]));
    expectSameProcesses();
    await jump(world, JUMPED_MS[scale]);
  },
};
