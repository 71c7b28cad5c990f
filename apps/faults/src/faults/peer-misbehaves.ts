import type { PushReaction } from '../../../sap1/src/index.js';
import type { Fault } from '../fault.js';
import { until } from '../world/until.js';

/** Longer than the push deadline of the suite. */
const TOO_LATE_MS = 5_000;
const SLOW_MS = 1_000;
const MET_WITHIN_MS = 30_000;
const SETTLED_WITHIN_MS = 60_000;
/** Answered in so many ways before it behaves again. */
const MESSAGES = 2;

/** One that took a first message knows nothing of it the second time. */
const TOLD = ['acknowledged', 'unknown-there'];

const MISBEHAVIOURS: readonly (readonly [what: string, reaction: PushReaction])[] = [
  ['slow', { kind: 'answer', delayMs: SLOW_MS }],
  ['late', { kind: 'answer', delayMs: TOO_LATE_MS }],
  ['cut off', { kind: 'drop' }],
  ['takes it and says nothing', { kind: 'lose-answer' }],
  ['an error', { kind: 'http', status: 500 }],
  ['no answer in the answer', { kind: 'http', status: 200, body: '<html>Welcome</html>' }],
  ['of somewhere else', { kind: 'http', status: 307, location: 'http://127.0.0.1:9/' }],
];

export const peerMisbehaves: Fault = {
  id: 'F8',
  what: 'a peer that is slow, late, silent, twice, wrong, or redirects',
  inCi: false,
  world: { environment: { SAP2_PUSH_DEADLINE_MS: '2000' } },
  inject: async (world) => {
    const peer = world.sap1(0);
    for (const [what, reaction] of MISBEHAVIOURS) {
      let met = 0;
      peer.react((_, message) => {
        if (message.kind === 'setup' || met >= MESSAGES) return { kind: 'answer' };
        met += 1;
        return reaction;
      });
      const { sessions } = await world.crowd(0, MESSAGES);
      for (const id of sessions) await world.administrator.end(id);
      await until(`${what}: SAP 2 meets it`, MET_WITHIN_MS, async () => met > 0);
      await until(`${what}: notified in the end`, SETTLED_WITHIN_MS, async () => {
        const states = await world.view((view) => view.deliveryStates(sessions));
        return states.every((state) => TOLD.includes(state));
      });
    }
  },
};
