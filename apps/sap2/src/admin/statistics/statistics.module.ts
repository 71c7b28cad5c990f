import { Statistics } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { StatisticsController } from './statistics.controller.js';

export const StatisticsModule = nounModule(Statistics, StatisticsController);
