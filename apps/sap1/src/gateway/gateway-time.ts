import type { Clock } from '@sap2/kernel';

/** Time as the gateway sees it, so that a test can let it pass. */
export interface GatewayTime extends Clock {
  /** Runs `run` once after this time. @returns a function that cancels it */
  after(ms: number, run: () => void): () => void;
}

export const SYSTEM_TIME: GatewayTime = {
  nowMs: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after this time. */
export const pause = (time: GatewayTime, ms: number): Promise<void> =>
  new Promise((resolve) => {
    time.after(ms, resolve);
  });
