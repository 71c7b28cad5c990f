import { Administrators } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { AdministratorsController } from './administrators.controller.js';

export const AdministratorsModule = nounModule(Administrators, AdministratorsController);
