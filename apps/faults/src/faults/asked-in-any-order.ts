import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const FOR_MS = { ci: 10_000, full: 60_000 } as const;

export const askedInAnyOrder: Fault = {
  id: 'F10',
  what: 'duplicate, reordered and interleaved transactions',
  inCi: false,
  world: { saidTwice: 60 },
  inject: (_, scale) => pause(FOR_MS[scale]),
};
