import { ADMINISTRATORS } from './administrators/administrators.operations.js';
import { AGREEMENTS } from './agreements/agreements.operations.js';
import { AUDIT_TRAIL } from './audit/audit.operations.js';
import { DELIVERIES } from './deliveries/deliveries.operations.js';
import { DOMAINS } from './domains/domains.operations.js';
import type { OperationSpec } from './http/operation.js';
import { JOBS } from './jobs/jobs.operations.js';
import { SESSIONS } from './sessions/sessions.operations.js';
import { STATISTICS } from './statistics/statistics.operations.js';
import { STORES } from './stores/stores.operations.js';
import { SUBSCRIPTIONS } from './subscriptions/subscriptions.operations.js';
import { USERS } from './users/users.operations.js';

/** Every operation of administrators, in the order of the OpenAPI document. */
export const ADMIN_OPERATIONS: readonly OperationSpec[] = [
  ...Object.values(USERS),
  ...Object.values(SESSIONS),
  ...Object.values(DOMAINS),
  ...Object.values(JOBS),
  ...Object.values(STATISTICS),
  ...Object.values(DELIVERIES),
  ...Object.values(AGREEMENTS),
  ...Object.values(SUBSCRIPTIONS),
  ...Object.values(ADMINISTRATORS),
  ...Object.values(AUDIT_TRAIL),
  ...Object.values(STORES),
];
