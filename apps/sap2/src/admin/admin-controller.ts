import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { BearerTokenGuard } from './bearer-token.guard.js';
import { ADMIN_PATH } from './http/operation.js';

/** On the class of every controller of an operation: below `base`, behind the guard. */
export const AdminController = (base: string = ADMIN_PATH): ClassDecorator =>
  applyDecorators(Controller(base), UseGuards(BearerTokenGuard));
