import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';
import { until } from '../world/until.js';

const CROWD = { ci: 60, full: 200 } as const;
const AWAY_MS = { ci: 5_000, full: 30_000 } as const;
const TOLD_WITHIN_MS = 60_000;
/** What a peer that is there may wait, on a machine that is busy with everything else. */
const PROMPT_S = 10;

/**
 * Sessions whose owner has not got the disconnect yet. An owner that never knew the session gets it a minute late,
 * or not at all.
 */
async function pendingOf(world: World, peer: string, olderThanS = 0): Promise<readonly string[]> {
  const known = new Set(
    world.recorder.attempts.flatMap(({ outcome }) =>
      outcome.kind === 'answered' ? (outcome.sessionID ?? []) : [],
    ),
  );
  const rows = await world.view((view) => view.rows<{ id: string }>(PENDING, [peer, olderThanS]));
  return rows.map(({ id }) => id).filter((id) => known.has(id));
}

const PENDING = `
  SELECT session_id AS id FROM disconnect_outbox
  WHERE state = 'pending' AND peer = $1 AND created_at < now() - make_interval(secs => $2)`;

export const peerAway: Fault = {
  id: 'F7',
  what: 'a peer away while many disconnects are due; another one there',
  inCi: false,
  inject: async (world, scale) => {
    const [gone, there] = [world.sap1(0), world.sap1(1)];
    const crowd = await world.crowd(0, CROWD[scale]);
    await gone.leave();
    const toldBefore = there.pushes.received.length;
    for (const id of crowd.sessions) await world.administrator.end(id);
    await pause(AWAY_MS[scale]);
    const due = await pendingOf(world, gone.serviceID);
    world.expect(
      due.length >= crowd.sessions.length,
      `only ${due.length} disconnects wait for the peer that is away`,
    );
    world.expect(there.pushes.received.length > toldBefore, 'the other peer got no disconnect meanwhile');
    const late = await pendingOf(world, there.serviceID, PROMPT_S);
    world.expect(
      late.length === 0,
      `${late.length} disconnects of the other peer wait for longer than ${PROMPT_S} s`,
    );
    await gone.comeBack();
    await until('everybody is told', TOLD_WITHIN_MS, async () => {
      const states = await world.view((view) => view.deliveryStates(crowd.sessions));
      return states.every((state) => state === 'acknowledged');
    });
  },
};
