import { assertNever } from '@sap2/kernel';
import type { Ending, SessionEnd, ShutOut, UserSessionID } from '@sap2/session-core';
import type { Actor } from './actor.js';
import type { SessionFilter } from './session-filter.js';

/** Sessions that are being ended in the background. */
export interface Job {
  /** `end-agreement`: the agreement that they need is over. Such a job cannot be aborted. */
  readonly kind: 'end-sessions' | 'end-agreement';
  /** A decimal number. */
  readonly id: string;
  readonly filter: SessionFilter;
  readonly reason: string | undefined;
  readonly ratePerSecond: number | undefined;
  readonly state: 'running' | 'done' | 'aborted';
  /** Sessions that it was made for. */
  readonly total: number;
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
  | { readonly kind: 'not-abortable'; readonly job: Job }
  | { readonly kind: 'unknown' };

export type JobStep =
  | { readonly kind: 'worked'; readonly job: string; readonly batch: readonly UserSessionID[] }
  /** It has nothing left to end. `shutOut`: what the live store need not refuse any more. */
  | {
      readonly kind: 'over';
      readonly job: string;
      readonly shutOut: Pick<ShutOut, 'peer' | 'job'> | undefined;
    }
  /** What an aborted job had left is dropped. */
  | { readonly kind: 'tidied' }
  /** Undefined: no job is running. */
  | { readonly kind: 'nothing-due'; readonly nextInMs: number | undefined };

/** Jobs that are not done. */
export interface JobBacklog {
  readonly running: number;
  /** How long the most overdue next step waits; 0: no step is overdue. */
  readonly lagMs: number;
}

export interface JobBook {
  /** The sessions are those that are live now; what is born later is left alone. */
  create(actor: Actor, job: NewJob): Promise<Job>;
  /** Newest first. */
  page(before: string | undefined, limit: number): Promise<readonly Job[]>;
  find(id: string): Promise<Job | undefined>;
  /** What is ended by then stays ended. */
  abort(actor: Actor, id: string): Promise<AbortOutcome>;
  /**
   * Ends one batch of the job that is due for longest. One transaction ends the sessions and records the progress. Parallel
   * processes take different jobs. A job waits until its batch is confirmed. After the lease another process gets the same
   * batch again, with the ends as `endedBefore`.
   */
  step(): Promise<Ending<JobStep>>;
  backlog(): Promise<JobBacklog>;
  /** Both stores know that the sessions of the batch ended: the job goes on. */
  confirm(id: string, batch: readonly UserSessionID[]): Promise<void>;
  /** Both stores know of all. Returns the job as it is done. */
  finish(id: string): Promise<Job>;
}

export type RunOutcome =
  | { readonly kind: 'worked' }
  | { readonly kind: 'finished'; readonly job: Job }
  /** Undefined: no job is running. */
  | { readonly kind: 'nothing-due'; readonly nextInMs: number | undefined };

/** Work on many sessions: what administrators see of it, and how it goes on. */
export class Jobs {
  constructor(
    readonly book: JobBook,
    private readonly end: Pick<SessionEnd, 'announce' | 'letIn'>,
  ) {}

  /** One step. A batch counts as done only once both stores know of its ends (V1). */
  async run(): Promise<RunOutcome> {
    const step = await this.end.announce(this.book.step());
    switch (step.kind) {
      case 'worked':
        await this.book.confirm(step.job, step.batch);
        return { kind: 'worked' };
      case 'over':
        if (step.shutOut !== undefined) await this.end.letIn(step.shutOut);
        return { kind: 'finished', job: await this.book.finish(step.job) };
      case 'tidied':
        return { kind: 'worked' };
      case 'nothing-due':
        return step;
      default:
        return assertNever(step);
    }
  }
}
