import type { Fault } from '../fault.js';
import { Dice } from '../world/dice.js';
import { ALL_PARTS, expectLive, sync, syncThatEnds } from './syncs.js';

const CROWD = 60;
const BORN_MEANWHILE = 5;
/** A node of its own: the others of the peer have no epoch, and no sync is about them. */
const epoch = (incarnation: number): string => `suite:${incarnation}`;

export const sap1Restarted: Fault = {
  id: 'F9',
  what: 'a SAP 1 restarts, having lost nothing, half, or everything; a process killed during its sync',
  inCi: false,
  inject: async (world) => {
    const dice = new Dice(9);
    const { sessions } = await world.crowd(0, CROWD, { sapEpoch: epoch(1) });
    const all = [...sessions];

    await sync(world, { sapEpoch: epoch(2), listed: all, sent: dice.shuffled(ALL_PARTS) });
    await expectLive(world, 'nothing lost', all, all);

    await sync(world, { sapEpoch: epoch(3), listed: all.slice(0, 3), sent: [1, 3] });
    await expectLive(world, 'parts missing', all, all);

    const kept = all.slice(0, CROWD / 2);
    const lost = all.slice(CROWD / 2);
    const born: string[] = [];
    let parts = 0;
    await syncThatEnds(world, lost, {
      sapEpoch: epoch(4),
      listed: kept,
      sent: dice.shuffled(ALL_PARTS),
      between: async () => {
        parts += 1;
        if (parts === 1) {
          const crowd = await world.crowd(0, BORN_MEANWHILE, { sapEpoch: epoch(4) });
          born.push(...crowd.sessions);
        }
        if (parts === 2) {
          await world.process(0).kill();
          await world.process(0).start();
        }
      },
    });
    await expectLive(world, 'half lost', [...kept, ...born], [...all, ...born]);

    await syncThatEnds(world, [...kept, ...born], {
      sapEpoch: epoch(5),
      listed: [],
      sent: dice.shuffled(ALL_PARTS),
    });
    await expectLive(world, 'everything lost', [], [...all, ...born]);
  },
};
