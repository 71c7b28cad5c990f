import { Jobs } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { JobsController } from './jobs.controller.js';

export const JobsModule = nounModule(Jobs, JobsController);
