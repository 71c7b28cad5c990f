import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';

/** Roles that make sure whose step it is, and the step. */
interface CrashStep {
  readonly during: string;
  readonly roles: string;
  readonly at: string;
}

const step = (during: string, roles: string, at: string): CrashStep => ({ during, roles, at });

const STEPS: readonly CrashStep[] = [
  step('login', 'ssp', 'SessionLedger.open:after:2'),
  step('login', 'ssp', 'LiveSessions.put:after:2'),
  step('logout', 'ssp', 'SessionLedger.end:after'),
  step('end by administrator', 'admin', 'Sessions.end:after'),
  step('expiry', 'sweeper', 'SessionLedger.end:after'),
  step('login', 'ssp', 'TransactionLedger.claim:after:5'),
  step('login', 'ssp', 'LiveSessions.reserve:after:2'),
  step('login', 'ssp', 'SessionLedger.open:before:3'),
  step('login', 'ssp', 'LiveSessions.put:before:2'),
  step('login', 'ssp', 'TransactionLedger.answer:before:3'),
  step('login', 'ssp', 'TransactionLedger.answer:after:3'),
  step('login', 'ssp', 'LiveSessions.handedOver:before'),
  step('keep-alive', 'ssp', 'LiveSessions.renew:before:20'),
  step('keep-alive', 'ssp', 'LiveSessions.renew:after:20'),
  step('logout', 'ssp', 'SessionLedger.end:before'),
  step('logout', 'ssp', 'LiveEnds.remove:after'),
  step('end by administrator', 'admin', 'Sessions.end:before'),
  step('end by administrator', 'admin', 'LiveEnds.remove:after'),
  step('expiry', 'sweeper', 'LiveSessions.claimDue:after:40'),
  step('expiry', 'sweeper', 'LiveEnds.remove:after'),
];
/** One step of each act. */
const STEPS_IN_CI = 5;
/** Until some user does what the step belongs to. */
const REACHED_WITHIN_MS = 25_000;

async function crash(world: World, { during, roles, at }: CrashStep): Promise<void> {
  const victim = world.process(0);
  victim.launch({ SAP2_ROLES: roles, SAP2_FAULT_INJECTION: at });
  const isReached = await victim.gone(REACHED_WITHIN_MS);
  world.expect(isReached, `${during}: the step ${at} was not reached`);
  if (!isReached) await victim.kill();
}

export const crashAtEachStep: Fault = {
  id: 'F2',
  what: 'kill -9 at each step of login, keep-alive, logout, end and expiry',
  inCi: true,
  inject: async (world, scale) => {
    await world.process(0).kill();
    for (const one of scale === 'ci' ? STEPS.slice(0, STEPS_IN_CI) : STEPS) await crash(world, one);
    await world.process(0).start();
  },
};
