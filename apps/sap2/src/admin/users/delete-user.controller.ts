import { Inject, Req } from '@nestjs/common';
import { type Actor, DeleteUser } from '@sap2/administration';
import type { FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { expectedRevision } from '../http/revisions.js';
import { deletedUser } from './user-answers.js';
import { accountOf, USER_PARAMS } from './user.dto.js';

const DELETE_USER = operation({
  method: 'DELETE',
  path: '/users/:userID',
  name: 'deleteUser',
  noun: 'users',
  summary: 'Deletes a user, and ends all its sessions (601).',
  description: 'What is noted in the history of sessions and in the audit stays.',
  scope: 'users',
  params: USER_PARAMS,
  answer: { status: 204, says: 'It is deleted.' },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class DeleteUserController {
  constructor(@Inject(DeleteUser) private readonly deleteUser: DeleteUser) {}

  @Serves(DELETE_USER)
  async delete(
    @Input() { params }: InputOf<typeof DELETE_USER>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const aim = { id: accountOf(params), expectedRevision: expectedRevision(request) };
    deletedUser(await this.deleteUser.execute(actor, aim));
  }
}
