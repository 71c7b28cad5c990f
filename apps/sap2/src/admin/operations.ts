import type { Type } from '@nestjs/common';
import { ADMINISTRATORS } from './administrators/administrators.operations.js';
import { ChangeAgreementController } from './agreements/change-agreement.controller.js';
import { CreateAgreementController } from './agreements/create-agreement.controller.js';
import { DeleteAgreementController } from './agreements/delete-agreement.controller.js';
import { DisableAgreementController } from './agreements/disable-agreement.controller.js';
import { EnableAgreementController } from './agreements/enable-agreement.controller.js';
import { GetAgreementController } from './agreements/get-agreement.controller.js';
import { GetAgreementStateController } from './agreements/get-agreement-state.controller.js';
import { ListAgreementsController } from './agreements/list-agreements.controller.js';
import { ProbeAgreementController } from './agreements/probe-agreement.controller.js';
import { ReplaceSecretController } from './agreements/replace-secret.controller.js';
import { AUDIT_TRAIL } from './audit/audit.operations.js';
import { DELIVERIES } from './deliveries/deliveries.operations.js';
import { DOMAINS } from './domains/domains.operations.js';
import { type OperationSpec, operationsOf } from './http/operation.js';
import { JOBS } from './jobs/jobs.operations.js';
import { SESSIONS } from './sessions/sessions.operations.js';
import { STATISTICS } from './statistics/statistics.operations.js';
import { STORES } from './stores/stores.operations.js';
import { USERS } from './users/users.operations.js';

export const AGREEMENT_CONTROLLERS: readonly Type[] = [
  CreateAgreementController,
  ListAgreementsController,
  GetAgreementController,
  ChangeAgreementController,
  EnableAgreementController,
  DisableAgreementController,
  ReplaceSecretController,
  ProbeAgreementController,
  GetAgreementStateController,
  DeleteAgreementController,
];

/** Every operation of administrators, in the order of the OpenAPI document. */
export const ADMIN_OPERATIONS: readonly OperationSpec[] = [
  ...Object.values(USERS),
  ...Object.values(SESSIONS),
  ...Object.values(DOMAINS),
  ...Object.values(JOBS),
  ...Object.values(STATISTICS),
  ...Object.values(DELIVERIES),
  ...AGREEMENT_CONTROLLERS.flatMap(operationsOf),
  ...Object.values(ADMINISTRATORS),
  ...Object.values(AUDIT_TRAIL),
  ...Object.values(STORES),
];
