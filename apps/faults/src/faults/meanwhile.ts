import type { Attempt } from '../history/history.js';
import type { World } from '../world/world.js';

/** What was asked and answered while a fault lasted. */
export const attemptsDuring = (world: World, fromMs: number, toMs: number): readonly Attempt[] =>
  world.recorder.attempts.filter(({ askedAtMs, heardAtMs }) => askedAtMs > fromMs && heardAtMs < toMs);

/** No keep-alive may notice that PostgreSQL is in trouble. */
export function expectKeepAlivesUnaffected(world: World, fromMs: number, toMs: number): void {
  const during = attemptsDuring(world, fromMs, toMs);
  const keepAlives = during.filter(({ operation }) => operation.kind === 'keep-alive');
  const missed = keepAlives.filter(({ outcome }) => outcome.kind !== 'answered' || outcome.code === 503);
  world.expect(
    keepAlives.length > 0 && missed.length === 0,
    `${missed.length} of ${keepAlives.length} keep-alives missed it`,
  );
}

/**
 * Fails if a login succeeds while PostgreSQL cannot write. A repetition may still get an answer that was stored
 * before.
 */
export function expectNobodyLetIn(world: World, fromMs: number, toMs: number): void {
  const told = new Set(
    world.recorder.attempts
      .filter(({ heardAtMs }) => heardAtMs <= fromMs + 500)
      .map(({ transactionID }) => transactionID),
  );
  const letIn = attemptsDuring(world, fromMs, toMs).filter(
    ({ operation, outcome }) =>
      operation.kind === 'login' &&
      outcome.kind === 'answered' &&
      outcome.code === 200 &&
      operation.resumes === undefined,
  );
  world.expect(
    letIn.every(({ transactionID }) => told.has(transactionID)),
    'a user was logged in without PostgreSQL',
  );
}

/** Call it before the fault; what it returns expects that each process is still the one that it was. */
export function noteProcesses(world: World): () => void {
  const pids = world.processes.map(({ pid }) => pid);
  return () =>
    world.expect(
      world.processes.every(({ pid, isRunning }, i) => isRunning && pid === pids[i]),
      'a process has ended',
    );
}
