import { Inject } from '@nestjs/common';
import { type Actor, UnlockUser } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { accountOf, noSuchUser, USER_PARAMS } from './user.dto.js';

const UNLOCK_USER = operation({
  method: 'POST',
  path: '/users/:userID/unlock',
  name: 'unlockUser',
  noun: 'users',
  summary: 'Forgets the wrong passwords that were counted for a user, at every peer.',
  scope: 'users',
  params: USER_PARAMS,
  answer: { status: 204, says: 'It may try again at once.' },
  refusals: [404],
});

@AdminController()
export class UnlockUserController {
  constructor(@Inject(UnlockUser) private readonly unlockUser: UnlockUser) {}

  @Serves(UNLOCK_USER)
  async unlock(@Input() { params }: InputOf<typeof UNLOCK_USER>, @By() actor: Actor): Promise<void> {
    if (!(await this.unlockUser.execute(actor, accountOf(params)))) throw noSuchUser();
  }
}
