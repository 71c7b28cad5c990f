import { Inject, Res } from '@nestjs/common';
import { USERS, type Users } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { accountOf, noSuchUser, USER, USER_PARAMS, type UserDto, userDto } from './user.dto.js';

const GET_USER = operation({
  method: 'GET',
  path: '/users/:userID',
  name: 'getUser',
  noun: 'users',
  summary: 'One user.',
  scope: 'read',
  params: USER_PARAMS,
  answer: { status: 200, says: 'The user.', schema: USER },
  refusals: [404],
});

@AdminController()
export class GetUserController {
  constructor(@Inject(USERS) private readonly users: Users) {}

  @Serves(GET_USER)
  async get(
    @Input() { params }: InputOf<typeof GET_USER>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserDto> {
    const user = await this.users.find(accountOf(params));
    if (user === undefined) throw noSuchUser();
    tell(reply, user.revision);
    return userDto(user);
  }
}
