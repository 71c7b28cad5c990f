import type { Type } from '@nestjs/common';
import { ChangeAdministratorController } from './administrators/change-administrator.controller.js';
import { CreateAdministratorController } from './administrators/create-administrator.controller.js';
import { DeleteAdministratorController } from './administrators/delete-administrator.controller.js';
import { GetAdministratorController } from './administrators/get-administrator.controller.js';
import { ListAdministratorsController } from './administrators/list-administrators.controller.js';
import { ReplaceTokenController } from './administrators/replace-token.controller.js';
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
import { GetAuditEntryController } from './audit/get-audit-entry.controller.js';
import { ListAuditController } from './audit/list-audit.controller.js';
import { VerifyAnchorsController } from './audit/verify-anchors.controller.js';
import { VerifyAuditController } from './audit/verify-audit.controller.js';
import { ChangeDomainController } from './domains/change-domain.controller.js';
import { CreateDomainController } from './domains/create-domain.controller.js';
import { DeleteDomainController } from './domains/delete-domain.controller.js';
import { GetDomainController } from './domains/get-domain.controller.js';
import { ListDomainsController } from './domains/list-domains.controller.js';
import { CancelDeliveryController } from './deliveries/cancel-delivery.controller.js';
import { GetDeliveryController } from './deliveries/get-delivery.controller.js';
import { ListDeliveriesController } from './deliveries/list-deliveries.controller.js';
import { PauseDeliveriesController } from './deliveries/pause-deliveries.controller.js';
import { ResumeDeliveriesController } from './deliveries/resume-deliveries.controller.js';
import { RetryDeliveryController } from './deliveries/retry-delivery.controller.js';
import { AbortJobController } from './jobs/abort-job.controller.js';
import { GetJobController } from './jobs/get-job.controller.js';
import { ListJobsController } from './jobs/list-jobs.controller.js';
import { EndSessionsController } from './sessions/end-sessions.controller.js';
import { ListHistoryController } from './sessions/list-history.controller.js';
import { VerifyStoresController } from './stores/verify-stores.controller.js';
import { GetStatisticsController } from './stats/get-statistics.controller.js';
import { operationsOf } from './http/operation.js';
import { EndSessionController } from './sessions/end-session.controller.js';
import { GetSessionController } from './sessions/get-session.controller.js';
import { ListSessionsController } from './sessions/list-sessions.controller.js';
import { ChangeUserController } from './users/change-user.controller.js';
import { CreateUserController } from './users/create-user.controller.js';
import { DeleteUserController } from './users/delete-user.controller.js';
import { EndUserSessionsController } from './users/end-user-sessions.controller.js';
import { ExportUsersController } from './users/export-users.controller.js';
import { GetUserController } from './users/get-user.controller.js';
import { ImportUsersController } from './users/import-users.controller.js';
import { ListUsersController } from './users/list-users.controller.js';
import { ReactivateUserController } from './users/reactivate-user.controller.js';
import { SetPasswordController } from './users/set-password.controller.js';
import { SuspendUserController } from './users/suspend-user.controller.js';
import { UnlockUserController } from './users/unlock-user.controller.js';

/** Every operation of administrators has a controller here; the OpenAPI document lists them in this order. */
export const ADMIN_CONTROLLERS: readonly Type[] = [
  ListUsersController,
  CreateUserController,
  ImportUsersController,
  ExportUsersController,
  GetUserController,
  ChangeUserController,
  DeleteUserController,
  SetPasswordController,
  SuspendUserController,
  ReactivateUserController,
  UnlockUserController,
  EndUserSessionsController,
  ListSessionsController,
  GetSessionController,
  EndSessionController,
  CreateDomainController,
  ListDomainsController,
  GetDomainController,
  ChangeDomainController,
  DeleteDomainController,
  EndSessionsController,
  ListHistoryController,
  ListJobsController,
  GetJobController,
  AbortJobController,
  GetStatisticsController,
  ListDeliveriesController,
  GetDeliveryController,
  RetryDeliveryController,
  CancelDeliveryController,
  PauseDeliveriesController,
  ResumeDeliveriesController,
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
  CreateAdministratorController,
  ListAdministratorsController,
  GetAdministratorController,
  ChangeAdministratorController,
  ReplaceTokenController,
  DeleteAdministratorController,
  ListAuditController,
  VerifyAuditController,
  VerifyAnchorsController,
  GetAuditEntryController,
  VerifyStoresController,
];

export const ADMIN_OPERATIONS = ADMIN_CONTROLLERS.flatMap(operationsOf);
