import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { BearerTokenGuard } from './bearer-token.guard.js';
import { ADMIN_PATH } from './http/operation.js';

/** On the class of every controller of an operation: below `/admin/v1`, behind the guard. */
export const AdminController = (): ClassDecorator =>
  applyDecorators(Controller(ADMIN_PATH), UseGuards(BearerTokenGuard));
