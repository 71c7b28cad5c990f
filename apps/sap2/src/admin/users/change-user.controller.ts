import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ChangeUser } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { expectedRevision } from '../http/revisions.js';
import { changedUser } from './user-answers.js';
import {
  accountOf,
  CREDENTIALS_FIELDS,
  SUSPENSION_FIELDS,
  USER,
  USER_PARAMS,
  type UserDto,
} from './user.dto.js';

const CHANGE_USER = operation({
  method: 'PATCH',
  path: '/users/:userID',
  name: 'changeUser',
  noun: 'users',
  summary: 'Changes what is given of a user, and nothing else.',
  description:
    'A suspension ends every session of the user (601). `challengeLogin: false` throws the recoverable secret away; a new one comes with a new password only.',
  scope: 'users',
  params: USER_PARAMS,
  body: z.strictObject({ ...SUSPENSION_FIELDS, challengeLogin: CREDENTIALS_FIELDS.challengeLogin }),
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class ChangeUserController {
  constructor(@Inject(ChangeUser) private readonly changeUser: ChangeUser) {}

  @Serves(CHANGE_USER)
  async change(
    @Input() { params, body }: InputOf<typeof CHANGE_USER>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const aim = { id: accountOf(params), expectedRevision: expectedRevision(request) };
    return changedUser(await this.changeUser.execute(actor, aim, body), reply);
  }
}
