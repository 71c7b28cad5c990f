import { Agreements } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { AgreementsController } from './agreements.controller.js';

export const AgreementsModule = nounModule(Agreements, AgreementsController);
