import { setTimeout as pause } from 'node:timers/promises';
import { metaInfo, userKeepAliveRequest } from '../../../sap1/src/index.js';
import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';
import { ALL_PARTS, expectLive, sync, syncThatEnds } from './syncs.js';

const CROWD = 20;
/** Long enough for the slowest machine to ask for longer in time. */
const SHORT_S = 15;
const LONG_S = 3600;
/** Times are granted up to a tenth shorter, so that they do not come due together. */
const LEAST_S = 0.9 * LONG_S;
/** Grace of the suite, and what a sweep may be late. */
const SURELY_DUE_MS = (SHORT_S + 1 + 5) * 1000;
/** V9: what was granted is in PostgreSQL by then. */
const WRITTEN_WITHIN_MS = 2_000;
/** A node that no other session of the suite is of. */
const epoch = (incarnation: number): string => `granted:${incarnation}`;

/** Each of them gets an hour from now on. */
async function keepForLong(world: World, ids: readonly string[]): Promise<number | undefined> {
  const sap1 = world.sap1(0);
  const entries = ids.map((userSessionID) => ({ userSessionID, timeToLive: LONG_S }));
  const request = userKeepAliveRequest(metaInfo(sap1.serviceID, undefined), { type: 'batch', entries });
  return (await sap1.ask(request))?.status.code;
}

async function expectWritten(
  world: World,
  longer: readonly string[],
  moved: readonly string[],
): Promise<void> {
  const [row] = await world.view((view) =>
    view.rows<{ shorter: string; elsewhere: string }>(
      `SELECT count(*) FILTER (WHERE id = ANY ($1) AND keep_alive_time_s < $3) AS shorter,
              count(*) FILTER (WHERE id = ANY ($2) AND sap_epoch IS DISTINCT FROM $4) AS elsewhere
       FROM live_session`,
      [longer, moved, LEAST_S, epoch(1)],
    ),
  );
  world.expect(Number(row?.shorter) === 0, `V9: PostgreSQL has a shorter time for ${row?.shorter} sessions`);
  world.expect(
    Number(row?.elsewhere) === 0,
    `V9: PostgreSQL has another epoch for ${row?.elsewhere} sessions`,
  );
}

export const grantedThenEmptied: Fault = {
  id: 'F16',
  what: 'Redis emptied right after a keep-alive changed a time, and after a sync moved sessions to another epoch',
  inCi: true,
  inject: async (world) => {
    const moved = (await world.crowd(0, CROWD, { sapEpoch: epoch(0) })).sessions;
    const longer = (await world.crowd(0, CROWD, { keepAliveTimeS: SHORT_S })).sessions;
    const [code] = await Promise.all([
      keepForLong(world, longer),
      sync(world, { sapEpoch: epoch(1), listed: moved, sent: ALL_PARTS }),
    ]);
    world.expect(code === 200, `a keep-alive for an hour gets ${code}`);
    await world.disturb(() => world.stores.emptyRedis(), { forgets: true });
    await pause(WRITTEN_WITHIN_MS);
    await expectWritten(world, longer, moved);

    await pause(SURELY_DUE_MS);
    await expectLive(world, 'an hour was granted', longer, longer);
    await syncThatEnds(world, moved, { sapEpoch: epoch(2), listed: [], sent: ALL_PARTS });
    await expectLive(world, 'the sync after that lists none', [], moved);
  },
};
