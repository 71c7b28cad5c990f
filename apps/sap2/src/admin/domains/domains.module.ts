import { Domains } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { DomainsController } from './domains.controller.js';

export const DomainsModule = nounModule(Domains, DomainsController);
