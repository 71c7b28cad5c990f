import { Inject, Res } from '@nestjs/common';
import { type Actor, CreateUser, type CreateUserOutcome, USERS, type Users } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { AccountID } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { IdempotentCreations } from '../http/creations.js';
import { Input } from '../http/input.js';
import { ADMIN_PATH, type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import { fieldProblem } from './user-answers.js';
import { USER, USER_ENTRY, type UserDto, userDto } from './user.dto.js';

const CREATE_USER = operation({
  method: 'POST',
  path: '/users',
  name: 'createUser',
  noun: 'users',
  summary: 'Creates a user in a domain that is served here.',
  description: 'All spellings of a name (case, `wv:`, a trailing dot, Unicode look-alikes) are one user.',
  scope: 'users',
  body: USER_ENTRY,
  answer: { status: 201, says: 'The user.', schema: USER },
  refusals: [409, 422],
  creates: true,
});

@AdminController()
export class CreateUserController {
  constructor(
    @Inject(CreateUser) private readonly createUser: CreateUser,
    @Inject(USERS) private readonly users: Users,
    @Inject(IdempotentCreations) private readonly creations: IdempotentCreations,
  ) {}

  @Serves(CREATE_USER)
  async create(
    @Input() { body }: InputOf<typeof CREATE_USER>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const user = await this.creations.once(
      actor,
      async () => created(await this.createUser.execute(actor, body)),
      (id) => this.createdBefore(id as AccountID),
    );
    tell(reply, user.revision);
    void reply.header('Location', `${ADMIN_PATH}/users/${encodeURIComponent(user.userID)}`);
    return user;
  }

  private async createdBefore(id: AccountID): Promise<UserDto> {
    const user = await this.users.find(id);
    if (user === undefined) throw new Problem(409, 'The user that this key created is deleted by now.');
    return userDto(user);
  }
}

function created(outcome: CreateUserOutcome): UserDto {
  switch (outcome.kind) {
    case 'created':
      return userDto(outcome.user);
    case 'exists':
      throw new Problem(409, 'There is a user of this name, however it is written.');
    case 'domain-not-served':
      throw fieldProblem({ field: 'userID', detail: 'has a domain that is not served here' });
    case 'refused':
      throw fieldProblem(outcome);
    default:
      return assertNever(outcome);
  }
}
