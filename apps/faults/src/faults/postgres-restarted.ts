import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const AWAY_MS = 5_000;

export const postgresRestarted: Fault = {
  id: 'F6',
  what: 'PostgreSQL restarted under load',
  inCi: true,
  inject: async (world) => {
    const pids = world.processes.map(({ pid }) => pid);
    const fromMs = Date.now();
    await world.stores.stopPostgres();
    await pause(AWAY_MS);
    const toMs = Date.now();
    await world.stores.startPostgres();
    await world.heal();
    const during = world.recorder.attempts.filter(
      ({ askedAtMs, heardAtMs }) => askedAtMs > fromMs && heardAtMs < toMs,
    );
    const keepAlives = during.filter(({ operation }) => operation.kind === 'keep-alive');
    const missed = keepAlives.filter(({ outcome }) => outcome.kind !== 'answered' || outcome.code === 503);
    world.expect(
      keepAlives.length > 0 && missed.length === 0,
      `${missed.length} of ${keepAlives.length} keep-alives missed it`,
    );
    const letIn = during.filter(
      ({ operation, outcome }) =>
        operation.kind === 'login' &&
        outcome.kind === 'answered' &&
        outcome.code === 200 &&
        operation.resumes === undefined,
    );
    // A stored answer may still be asked for.
    const told = new Set(
      world.recorder.attempts
        .filter(({ heardAtMs }) => heardAtMs <= fromMs + 500)
        .map(({ transactionID }) => transactionID),
    );
    world.expect(
      letIn.every(({ transactionID }) => told.has(transactionID)),
      'somebody was let in without PostgreSQL',
    );
    world.expect(
      world.processes.every(({ pid, isRunning }, i) => isRunning && pid === pids[i]),
      'a process has ended',
    );
  },
};
