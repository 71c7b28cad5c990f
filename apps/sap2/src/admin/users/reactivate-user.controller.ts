import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ReactivateUser } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { expectedRevision } from '../http/revisions.js';
import { changedUser } from './user-answers.js';
import { accountOf, USER, USER_PARAMS, type UserDto } from './user.dto.js';

const REACTIVATE_USER = operation({
  method: 'POST',
  path: '/users/:userID/reactivate',
  name: 'reactivateUser',
  noun: 'users',
  summary: 'Lets a suspended user log in again; of another one nothing changes.',
  scope: 'users',
  params: USER_PARAMS,
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class ReactivateUserController {
  constructor(@Inject(ReactivateUser) private readonly reactivateUser: ReactivateUser) {}

  @Serves(REACTIVATE_USER)
  async reactivate(
    @Input() { params }: InputOf<typeof REACTIVATE_USER>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const aim = { id: accountOf(params), expectedRevision: expectedRevision(request) };
    return changedUser(await this.reactivateUser.execute(actor, aim), reply);
  }
}
