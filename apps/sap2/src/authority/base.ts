import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import type { Clock, Randomness, SteadyClock } from '@sap2/kernel';
import type { EventLog, Measures } from '@sap2/observability';
import type { Gate } from '../listeners/gate.js';
import type { HeldLines } from '../listeners/line-a-minute.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';

/** What every part of the service is made with. */
export interface Base {
  readonly config: Config;
  readonly log: EventLog;
  readonly heldLines: HeldLines;
  readonly measures: Measures;
  readonly gate: Gate;
  readonly tls: TlsListeners;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

export const steadyClock: SteadyClock = { nowMs: () => performance.now() };

const FRACTION_STEPS = 2 ** 32;

export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS,
};

export const pause = (ms: number): Promise<void> => wait(ms);
