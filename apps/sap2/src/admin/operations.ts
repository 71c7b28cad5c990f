import type { Type } from '@nestjs/common';
import { GetAuditEntryController } from './audit/get-audit-entry.controller.js';
import { ListAuditController } from './audit/list-audit.controller.js';
import { VerifyAuditController } from './audit/verify-audit.controller.js';
import { ChangeDomainController } from './domains/change-domain.controller.js';
import { CreateDomainController } from './domains/create-domain.controller.js';
import { DeleteDomainController } from './domains/delete-domain.controller.js';
import { GetDomainController } from './domains/get-domain.controller.js';
import { ListDomainsController } from './domains/list-domains.controller.js';
import { operationsOf } from './http/operation.js';
import { EndSessionController } from './sessions/end-session.controller.js';
import { GetSessionController } from './sessions/get-session.controller.js';
import { ListSessionsController } from './sessions/list-sessions.controller.js';

/** Every operation of administrators has a controller here; the OpenAPI document lists them in this order. */
export const ADMIN_CONTROLLERS: readonly Type[] = [
  ListSessionsController,
  GetSessionController,
  EndSessionController,
  CreateDomainController,
  ListDomainsController,
  GetDomainController,
  ChangeDomainController,
  DeleteDomainController,
  ListAuditController,
  VerifyAuditController,
  GetAuditEntryController,
];

export const ADMIN_OPERATIONS = ADMIN_CONTROLLERS.flatMap(operationsOf);
