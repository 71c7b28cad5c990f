import { AUDIT, type Audit } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { AuditController } from './audit.controller.js';

export const AuditModule = nounModule<Audit>(AUDIT, AuditController);
