import type {
  Attempt,
  Closing,
  Disturbance,
  History,
  Limits,
  OtherEnd,
  Push,
  Sample,
  Writing,
} from './history.js';

/** Where everybody who takes part writes down what happened to them. */
export class Recorder {
  readonly attempts: Attempt[] = [];
  readonly pushes: Push[] = [];
  readonly otherEnds: OtherEnd[] = [];
  readonly samples: Sample[] = [];
  readonly disturbances: Disturbance[] = [];
  readonly secrets = new Set<string>();

  constructor(private readonly limits: Limits) {}

  finish(closing: Closing, writings: readonly Writing[]): History {
    const { limits, attempts, pushes, otherEnds, samples, disturbances } = this;
    const secrets = [...this.secrets];
    return { limits, attempts, pushes, otherEnds, samples, disturbances, closing, writings, secrets };
  }
}
