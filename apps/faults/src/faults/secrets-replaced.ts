import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const TIMES = { ci: 1, full: 3 } as const;
const USED_MS = 3_000;

export const secretsReplaced: Fault = {
  id: 'F13',
  what: 'the secret of a peer replaced under load, and used by a new set-up at once',
  inCi: false,
  inject: async (world, scale) => {
    const peer = world.sap1(0);
    const { attempts } = world.recorder;
    for (let time = 0; time < TIMES[scale]; time += 1) {
      const before = attempts.length;
      const secret = randomBytes(24).toString('base64url');
      await world.administrator.replaceSecret(peer.serviceID, secret);
      // Sessions that were set up by the older secret go on until the peer makes another.
      await pause(USED_MS / 2);
      peer.useSecret(secret);
      await pause(USED_MS);
      const dropped = attempts.slice(before).filter(({ outcome }) => outcome.kind !== 'answered');
      const words = dropped.map(({ outcome }) => JSON.stringify(outcome)).slice(0, 3);
      world.expect(dropped.length === 0, `${dropped.length} requests dropped: ${words.join(', ')}`);
    }
  },
};
