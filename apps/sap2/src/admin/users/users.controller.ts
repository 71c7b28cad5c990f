import { Inject, Res } from '@nestjs/common';
import { type ChangeOutcome, type EntryRefusal, type User, type UserAim, Users } from '@sap2/administration';
import type { AccountID } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { NDJSON, sendLines } from '../http/ndjson.js';
import { Serves } from '../http/operation.js';
import { found, wished } from '../http/outcomes.js';
import { streamOf } from '../http/streamed-bodies.js';
import { Problem } from '../problem.filter.js';
import { importLines } from './import-lines.js';
import { accountOf, noSuchUser, USER_REFUSALS, type UserDto, userDto, userFilter } from './user.dto.js';
import { USERS } from './users.operations.js';

@AdminController()
export class UsersController {
  constructor(@Inject(Users) private readonly users: Users) {}

  @Serves(USERS.listUsers)
  list(@Asked() call: Call<typeof USERS.listUsers>): Promise<Page<UserDto>> {
    const filter = userFilter(call.query);
    return call.page(
      filter,
      (after, limit) => this.users.page({ ...filter, after: after?.[0] as AccountID | undefined, limit }),
      ({ id }) => [id],
      userDto,
    );
  }

  @Serves(USERS.createUser)
  async create(@Asked() call: Call<typeof USERS.createUser>): Promise<UserDto> {
    const user = await call.once(
      async () => wished(await this.users.create(call.actor, call.body), 'created', USER_REFUSALS).user,
      async (id) => found(await this.users.find(id as AccountID), deletedSince),
    );
    call.createdAt(`/users/${encodeURIComponent(user.id)}`);
    return call.revised(user, userDto(user));
  }

  @Serves(USERS.importUsers)
  async import(
    @Asked() { request, actor, query }: Call<typeof USERS.importUsers>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = importLines(streamOf(request, NDJSON));
    await sendLines(reply, this.users.import(actor, lines, query));
  }

  @Serves(USERS.exportUsers)
  async export(
    @Asked() { query }: Call<typeof USERS.exportUsers>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendLines(reply, dtosOf(this.users.export(userFilter(query))));
  }

  @Serves(USERS.getUser)
  async get(@Asked() call: Call<typeof USERS.getUser>): Promise<UserDto> {
    const user = found(await this.users.find(accountOf(call.params)), noSuchUser);
    return call.revised(user, userDto(user));
  }

  @Serves(USERS.changeUser)
  async change(@Asked() call: Call<typeof USERS.changeUser>): Promise<UserDto> {
    return changed(call, await this.users.change(call.actor, aimOf(call), call.body));
  }

  @Serves(USERS.deleteUser)
  async delete(@Asked() call: Call<typeof USERS.deleteUser>): Promise<void> {
    wished(await this.users.delete(call.actor, aimOf(call)), 'deleted', USER_REFUSALS);
  }

  @Serves(USERS.setPassword)
  async setPassword(@Asked() call: Call<typeof USERS.setPassword>): Promise<UserDto> {
    return changed(call, await this.users.setPassword(call.actor, aimOf(call), call.body));
  }

  @Serves(USERS.suspendUser)
  async suspend(@Asked() call: Call<typeof USERS.suspendUser>): Promise<UserDto> {
    return changed(call, await this.users.suspend(call.actor, aimOf(call), call.body.reason));
  }

  @Serves(USERS.reactivateUser)
  async reactivate(@Asked() call: Call<typeof USERS.reactivateUser>): Promise<UserDto> {
    return changed(call, await this.users.reactivate(call.actor, aimOf(call)));
  }

  @Serves(USERS.unlockUser)
  async unlock(@Asked() { actor, params }: Call<typeof USERS.unlockUser>): Promise<void> {
    if (!(await this.users.unlock(actor, accountOf(params)))) throw noSuchUser();
  }

  @Serves(USERS.endUserSessions)
  async endSessions(
    @Asked() { actor, params, body }: Call<typeof USERS.endUserSessions>,
  ): Promise<{ readonly ended: number }> {
    const ended = await this.users.endSessions(actor, accountOf(params), body?.reason);
    return { ended: found(ended, noSuchUser).length };
  }
}

type CallOfOne = Call<typeof USERS.getUser>;

const aimOf = (call: Pick<CallOfOne, 'params' | 'expectedRevision'>): UserAim => ({
  id: accountOf(call.params),
  expectedRevision: call.expectedRevision,
});

function changed(call: Pick<CallOfOne, 'revised'>, outcome: ChangeOutcome | EntryRefusal): UserDto {
  const { user } = wished(outcome, 'changed', USER_REFUSALS);
  return call.revised(user, userDto(user));
}

const deletedSince = (): Problem => new Problem(409, 'The user that this key created is deleted by now.');

async function* dtosOf(users: AsyncIterable<User>): AsyncGenerator<UserDto> {
  for await (const user of users) yield userDto(user);
}
