import { Sessions } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { SessionsController } from './sessions.controller.js';

export const SessionsModule = nounModule(Sessions, SessionsController);
