import type { Attempt, Closing, Disturbance, History, Limits, OtherEnd, Push, Sample } from './history.js';

/** Where everybody who takes part writes down what happened to them. */
export class Recorder {
  readonly attempts: Attempt[] = [];
  readonly pushes: Push[] = [];
  readonly otherEnds: OtherEnd[] = [];
  readonly samples: Sample[] = [];
  readonly disturbances: Disturbance[] = [];
  readonly secrets = new Set<string>();

  constructor(private readonly limits: Limits) {}

  /** The record until now. Sessions continue to expire, and their owners to get disconnects. */
  finish(closing: Closing): Omit<History, 'writings' | 'secrets'> {
    const { limits, attempts, pushes, otherEnds, samples, disturbances } = this;
    return { limits, attempts, pushes: [...pushes], otherEnds, samples, disturbances, closing };
  }
}
