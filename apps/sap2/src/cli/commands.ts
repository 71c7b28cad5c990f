import { type CommandForm, type OperationSpec } from '../admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../admin/operations.js';

/** One command of the line, and the operation of administrators that it is. */
export interface CommandSpec extends CommandForm {
  readonly operation: OperationSpec;
}

/** Every operation has its command, or is an option of one. */
export const COMMANDS: readonly CommandSpec[] = ADMIN_OPERATIONS.flatMap((operation) =>
  operation.command === undefined ? [] : [{ ...operation.command, operation }],
);

export const nameOf = ({ noun, verb }: CommandSpec): string =>
  noun === undefined ? verb : `${noun} ${verb}`;

export const NOUNS: Readonly<Record<string, string>> = {
  admin: 'administrators and their tokens',
  user: 'accounts of end users',
  domain: 'domains that users belong to, and what is on offer there',
  agreement: 'agreements with the SAPs of operators',
  subscription: 'webhooks for service elements',
  session: 'live user sessions, and those that ended',
  delivery: 'disconnects for operators',
  job: 'work on many sessions',
  audit: 'who did what',
};

/** Nothing brings back what these commands remove, so they ask first. */
export const isIrrevocable = (verb: string): boolean => verb === 'delete' || verb === 'end-many';
