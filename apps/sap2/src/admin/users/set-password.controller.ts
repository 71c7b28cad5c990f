import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, SetPassword } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { expectedRevision } from '../http/revisions.js';
import { changedUser } from './user-answers.js';
import { accountOf, CREDENTIALS_FIELDS, USER, USER_PARAMS, type UserDto } from './user.dto.js';

const SET_PASSWORD = operation({
  method: 'PUT',
  path: '/users/:userID/password',
  name: 'setPassword',
  noun: 'users',
  summary: 'Gives a user a new password, and ends all its sessions (601).',
  scope: 'users',
  params: USER_PARAMS,
  body: z.strictObject(CREDENTIALS_FIELDS),
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class SetPasswordController {
  constructor(@Inject(SetPassword) private readonly setPassword: SetPassword) {}

  @Serves(SET_PASSWORD)
  async set(
    @Input() { params, body }: InputOf<typeof SET_PASSWORD>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const aim = { id: accountOf(params), expectedRevision: expectedRevision(request) };
    return changedUser(await this.setPassword.execute(actor, aim, body), reply);
  }
}
