import type { z } from 'zod';
import { AUDIT_VARIABLES } from './variables/audit.variables.js';
import { CALL_VARIABLES } from './variables/calls.variables.js';
import { COMMAND_LINE_VARIABLES } from './variables/command-line.variables.js';
import { LISTENER_VARIABLES } from './variables/listeners.variables.js';
import { LOGIN_VARIABLES } from './variables/logins.variables.js';
import { PEER_VARIABLES } from './variables/peers.variables.js';
import { PROCESS_VARIABLES } from './variables/process.variables.js';
import { SESSION_VARIABLES } from './variables/sessions.variables.js';
import { STORE_VARIABLES } from './variables/stores.variables.js';
import { TLS_VARIABLES } from './variables/tls.variables.js';
import { WEBHOOK_VARIABLES } from './variables/webhooks.variables.js';
import type { Variable } from './variable.js';

export const VARIABLES = {
  ...PROCESS_VARIABLES,
  ...LISTENER_VARIABLES,
  ...TLS_VARIABLES,
  ...STORE_VARIABLES,
  ...AUDIT_VARIABLES,
  ...SESSION_VARIABLES,
  ...LOGIN_VARIABLES,
  ...PEER_VARIABLES,
  ...CALL_VARIABLES,
  ...WEBHOOK_VARIABLES,
  ...COMMAND_LINE_VARIABLES,
};

export type VariableName = keyof typeof VARIABLES;
export type ValueOf<Name extends VariableName> = z.output<(typeof VARIABLES)[Name]['schema']>;

export const GROUPS: readonly {
  readonly title: string;
  readonly variables: Readonly<Record<string, Variable<unknown>>>;
}[] = [
  { title: 'The process', variables: PROCESS_VARIABLES },
  { title: 'Listeners', variables: LISTENER_VARIABLES },
  { title: 'TLS', variables: TLS_VARIABLES },
  { title: 'Stores', variables: STORE_VARIABLES },
  { title: 'Audit anchors', variables: AUDIT_VARIABLES },
  { title: 'User sessions', variables: SESSION_VARIABLES },
  { title: 'Logins', variables: LOGIN_VARIABLES },
  { title: 'Peers', variables: PEER_VARIABLES },
  { title: 'Calls to peers', variables: CALL_VARIABLES },
  { title: 'Webhooks', variables: WEBHOOK_VARIABLES },
  { title: 'The command line', variables: COMMAND_LINE_VARIABLES },
];
