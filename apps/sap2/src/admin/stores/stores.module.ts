import { Stores } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { StoresController } from './stores.controller.js';

export const StoresModule = nounModule(Stores, StoresController);
