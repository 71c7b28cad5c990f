import type { Fault } from '../fault.js';
import { grouped } from '../history/grouped.js';
import { until } from '../world/until.js';

const STEPS = ['PeerTransport.post:after', 'DisconnectOutbox.settle:before', 'DisconnectOutbox.settle:after'];
const REACHED_WITHIN_MS = 25_000;
/** Longer than the lease of what the killed worker was sending. */
const REPEATED_WITHIN_MS = 60_000;

export const crashAfterSend: Fault = {
  id: 'F1',
  what: 'kill -9 of a delivery worker after the send, before the settle',
  inCi: false,
  world: { environment: { SAP2_ROLES: 'ssp,admin,sweeper', SAP2_PUSH_DEADLINE_MS: '2000' } },
  inject: async (world) => {
    const worker = world.process(0);
    await worker.kill();
    for (const at of STEPS) {
      worker.launch({ SAP2_ROLES: 'delivery', SAP2_FAULT_INJECTION: at });
      world.expect(await worker.gone(REACHED_WITHIN_MS), `the step ${at} was not reached`);
      if (worker.isRunning) await worker.kill();
    }
    await worker.start({ SAP2_ROLES: 'ssp,delivery' });
    await until('something is sent a second time', REPEATED_WITHIN_MS, async () => {
      const told = grouped(world.recorder.pushes, ({ id }) => id);
      return [...told.values()].some((pushes) => pushes.length > 1);
    });
  },
};
