import { setTimeout as wait } from 'node:timers/promises';
import type { CspResult } from '@sap2/csp-wire';
import type { Handset } from './handset.js';
import { WakeUp } from './wake-up.js';

/** What clients of the field do after their login, in this order (csp-front §8). */
export type Habit = 'android' | 'nokia';

/** A login that was refused. */
export class NotLoggedIn extends Error {
  override readonly name = 'NotLoggedIn';
  constructor(readonly result: CspResult) {
    super(`Not logged in: ${result.code} ${result.description ?? ''}`.trimEnd());
  }
}

/** Logs in and asks what such a client asks before its user sees anything. @throws NotLoggedIn · FrontError */
export async function begin(handset: Handset, habit: Habit): Promise<void> {
  const { result } = await handset.logIn();
  if (handset.sessionID === undefined) throw new NotLoggedIn(result);
  if (habit === 'nokia') return;
  await handset.negotiateCapabilities();
  await handset.negotiateServices();
  await handset.askPresence();
}

export interface StayOptions {
  /** `host:port` of the STCP channel. Without it the handset polls all the time. */
  readonly stcp?: string;
  /** Between two polls that found nothing at once, in ms. */
  readonly pauseMs?: number;
}

const USUAL_PAUSE_MS = 2_000;
/** Of a timer of Node. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
/** A poll that comes back sooner was not held. */
const HELD_MS = 500;

/** Stays logged in until the provider ends the session, or `signal`. @returns why it ended; undefined: it did not */
export async function stay(
  handset: Handset,
  signal: AbortSignal,
  { stcp, pauseMs = USUAL_PAUSE_MS }: StayOptions = {},
): Promise<CspResult | undefined> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const listening =
    stcp === undefined ? pollOften(handset, until, pauseMs) : pollWhenWoken(handset, until, stcp, pauseMs);
  try {
    await Promise.race([keepAlive(handset, until), listening]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
  }
  return handset.endedBy;
}

/** At half of its time: one lost message does not cost the session. */
async function keepAlive(handset: Handset, signal: AbortSignal): Promise<void> {
  while (handset.sessionID !== undefined) {
    await wait(Math.min(handset.keepAliveTimeS * 500, LONGEST_WAIT_MS), undefined, { signal });
    if (handset.sessionID !== undefined) await handset.keepAlive();
  }
}

async function pollOften(handset: Handset, signal: AbortSignal, pauseMs: number): Promise<void> {
  while (handset.sessionID !== undefined) {
    const beganMs = performance.now();
    await handset.poll(signal);
    const wasHeld = performance.now() - beganMs > HELD_MS;
    if (handset.sessionID !== undefined && !handset.hasToPoll && !wasHeld)
      await wait(pauseMs, undefined, { signal });
  }
}

async function pollWhenWoken(
  handset: Handset,
  signal: AbortSignal,
  at: string,
  pauseMs: number,
): Promise<void> {
  let isWoken = false;
  const channel = await WakeUp.open(at, handset.sessionID ?? '', () => {
    isWoken = true;
  });
  try {
    while (handset.sessionID !== undefined) {
      await wait(pauseMs, undefined, { signal });
      if (!isWoken && !handset.hasToPoll) continue;
      isWoken = false;
      await handset.poll(signal);
    }
  } finally {
    channel.close();
  }
}
