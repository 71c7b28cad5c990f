import type { EventFields } from './event-fields.js';

/**
 * The log of events. Rooms do not import it. They take a callback of the same shape, and the composition passes it.
 *
 * `name` is a fixed word in snake_case that an operator can search for, never a sentence.
 */
export interface EventLog {
  /** Of interest to a person who looks for a fault. */
  debug(name: string, fields?: EventFields): void;
  /** Something went as it should. */
  event(name: string, fields?: EventFields): void;
  /** An operating failure: the operator may have to act. */
  warn(name: string, fields?: EventFields): void;
  /** A defect in the code. The log keeps its stack. */
  error(name: string, fields?: EventFields): void;
}
