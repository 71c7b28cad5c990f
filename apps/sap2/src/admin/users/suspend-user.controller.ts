import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, SuspendUser } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { expectedRevision } from '../http/revisions.js';
import { REASON } from './reason.js';
import { changedUser } from './user-answers.js';
import { accountOf, USER, USER_PARAMS, type UserDto } from './user.dto.js';

const SUSPEND_USER = operation({
  method: 'POST',
  path: '/users/:userID/suspend',
  name: 'suspendUser',
  noun: 'users',
  summary: 'Ends every session of a user (601), and refuses its logins (403) until it is reactivated.',
  scope: 'users',
  params: USER_PARAMS,
  body: z.strictObject({ reason: REASON }),
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class SuspendUserController {
  constructor(@Inject(SuspendUser) private readonly suspendUser: SuspendUser) {}

  @Serves(SUSPEND_USER)
  async suspend(
    @Input() { params, body }: InputOf<typeof SUSPEND_USER>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const aim = { id: accountOf(params), expectedRevision: expectedRevision(request) };
    return changedUser(await this.suspendUser.execute(actor, aim, body.reason), reply);
  }
}
