import { Deliveries } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { DeliveriesController } from './deliveries.controller.js';

export const DeliveriesModule = nounModule(Deliveries, DeliveriesController);
