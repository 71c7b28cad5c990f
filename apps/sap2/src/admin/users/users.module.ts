import { Users } from '@sap2/administration';
import { nounModule } from '../noun-module.js';
import { UsersController } from './users.controller.js';

export const UsersModule = nounModule(Users, UsersController);
