import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { Sap2Process } from '../world/sap2-process.js';
import type { World } from '../world/world.js';

const NOTICE_MS = 1_500;
const EXIT_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Together much less than a lease, and longer than any process needs for one message here. */
const LOOKS = 20;
const LOOK_AGAIN_MS = 1_000;

/** Old, never tried, and claimed for a while: a process that ended has the claim. */
const stuckDisconnects = (world: World): Promise<number> =>
  world.view((view) =>
    view.count(
      `SELECT count(*) FROM disconnect_outbox WHERE state = 'pending' AND attempts = 0
       AND created_at < now() - interval '5 s' AND due_at > now() + interval '2 s'`,
    ),
  );

async function restart(world: World, process: Sap2Process): Promise<void> {
  const fromMs = Date.now();
  const exit = process.terminate();
  let unreadyAtMs: number | undefined;
  while (process.isRunning && Date.now() - fromMs < NOTICE_MS) {
    if ((await process.readiness()) === 503) unreadyAtMs ??= Date.now();
    await pause(LOOK_EVERY_MS);
  }
  const code = await exit;
  const goneAtMs = Date.now();
  world.expect(code === 0, `process ${process.number} ends with ${code}`);
  world.expect(
    goneAtMs - fromMs <= EXIT_WITHIN_MS,
    `process ${process.number} takes ${goneAtMs - fromMs} ms to end`,
  );
  world.expect(unreadyAtMs !== undefined, `process ${process.number} was ready until it was gone`);
  const noticed = unreadyAtMs ?? goneAtMs;
  const refusedEarly = world.recorder.attempts.filter(
    (attempt) =>
      attempt.process === process.number &&
      attempt.askedAtMs > fromMs &&
      attempt.heardAtMs < noticed &&
      attempt.outcome.kind !== 'answered',
  );
  world.expect(refusedEarly.length === 0, `process ${process.number} refused work while it was still ready`);
  await process.start();
}

export const rollingRestart: Fault = {
  id: 'F12',
  what: 'SIGTERM to one process after the other under load',
  inCi: false,
  world: { environment: { SAP2_SHUTDOWN_NOTICE_MS: String(NOTICE_MS) } },
  inject: async (world) => {
    for (const process of world.processes) await restart(world, process);
    // A claim that was not returned would hold its disconnect for the length of a lease, a minute.
    let stuck = await stuckDisconnects(world);
    for (let look = 1; stuck > 0 && look < LOOKS; look++) {
      await pause(LOOK_AGAIN_MS);
      stuck = await stuckDisconnects(world);
    }
    world.expect(stuck === 0, `${stuck} disconnects are still claimed`);
  },
};
