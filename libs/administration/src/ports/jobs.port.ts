import type { EndedSession } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { SessionFilter } from './sessions.port.js';

export const JOBS = Symbol('Jobs');

/** Sessions that are being ended at an administrator's wish, in the background. */
export interface Job {
  /** A decimal number. */
  readonly id: string;
  readonly filter: SessionFilter;
  readonly reason: string | undefined;
  readonly ratePerSecond: number | undefined;
  readonly state: 'running' | 'done' | 'aborted';
  /** Sessions that it was made for. */
  readonly total: number;
  /** Ended by it. */
  readonly done: number;
  /** Ended by something else before it came to them. */
  readonly alreadyEnded: number;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | undefined;
}

export interface NewJob {
  readonly filter: SessionFilter;
  readonly reason: string | undefined;
  readonly ratePerSecond: number | undefined;
}

export type AbortOutcome =
  | { readonly kind: 'aborted'; readonly job: Job }
  | { readonly kind: 'finished-before'; readonly job: Job }
  | { readonly kind: 'unknown' };

export type JobStep =
  | { readonly kind: 'worked'; readonly ended: readonly EndedSession[] }
  | { readonly kind: 'finished'; readonly job: Job }
  /** Undefined: no job is running. */
  | { readonly kind: 'nothing-due'; readonly nextInMs: number | undefined };

export interface Jobs {
  /** The sessions are those that are live now; what is born later is left alone. */
  create(actor: Actor, job: NewJob): Promise<Job>;
  /** Newest first. */
  page(before: string | undefined, limit: number): Promise<readonly Job[]>;
  find(id: string): Promise<Job | undefined>;
  /** What is ended by then stays ended. */
  abort(actor: Actor, id: string): Promise<AbortOutcome>;
  /**
   * One batch of the job that is due for longest, in one transaction: its sessions end and its progress says so, or neither.
   * Processes that step at once take different jobs, and a process that dies leaves its batch to the others.
   */
  step(): Promise<JobStep>;
}
