import { Inject, Res } from '@nestjs/common';
import {
  type ChangeOutcome,
  type EntryRefusal,
  type User,
  type UserAim,
  type UserFilter,
  Users,
  type UserWithAttempts,
} from '@sap2/administration';
import { type AccountID, parseDomain, parseUserID, parseUserIDPrefix } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { systemClock } from '../../authority/base.js';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { NDJSON, sendLines } from '../http/ndjson.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { streamOf } from '../http/streamed-bodies.js';
import { Problem } from '../problem.filter.js';
import { importLines } from './import-lines.js';
import { STORED_USER, USER, USERS } from './users.operations.js';

@AdminController()
export class UsersController {
  constructor(@Inject(Users) private readonly users: Users) {}

  @Serves(USERS.listUsers)
  list(@Asked() call: Call<typeof USERS.listUsers>) {
    const filter = filterOf(call.query);
    const { locked } = call.query;
    return call.page(
      { ...filter, locked },
      (after, limit) =>
        this.users.page({ ...filter, after: after?.[0] as AccountID | undefined, limit }, locked),
      ({ user }) => [user.id],
      userDto,
    );
  }

  @Serves(USERS.createUser)
  async create(@Asked() call: Call<typeof USERS.createUser>) {
    const user = await call.once(
      async () => wished(await this.users.create(call.actor, call.body), 'created', REFUSALS).user,
      async (id) => found(await this.users.book.find(id as AccountID), deletedSince),
    );
    call.createdAt(`/users/${encodeURIComponent(user.id)}`);
    return this.revised(call, user);
  }

  @Serves(USERS.importUsers)
  async import(
    @Asked() { request, actor, query }: Call<typeof USERS.importUsers>,
    @Res() reply: FastifyReply,
  ) {
    const lines = importLines(streamOf(request, NDJSON));
    await sendLines(reply, this.users.import(actor, lines, query));
  }

  @Serves(USERS.exportUsers)
  async export(@Asked() { query }: Call<typeof USERS.exportUsers>, @Res() reply: FastifyReply) {
    await sendLines(reply, dtosOf(this.users.export(filterOf(query))));
  }

  @Serves(USERS.getUser)
  async get(@Asked() call: Call<typeof USERS.getUser>) {
    const user = found(await this.users.book.find(accountOf(call.params)), noSuchUser);
    return this.revised(call, user);
  }

  @Serves(USERS.changeUser)
  async change(@Asked() call: Call<typeof USERS.changeUser>) {
    return this.changed(call, await this.users.change(call.actor, aimOf(call), call.body));
  }

  @Serves(USERS.deleteUser)
  async delete(@Asked() call: Call<typeof USERS.deleteUser>) {
    wished(await this.users.delete(call.actor, aimOf(call)), 'deleted', REFUSALS);
  }

  @Serves(USERS.setPassword)
  async setPassword(@Asked() call: Call<typeof USERS.setPassword>) {
    return this.changed(call, await this.users.setPassword(call.actor, aimOf(call), call.body));
  }

  @Serves(USERS.suspendUser)
  async suspend(@Asked() call: Call<typeof USERS.suspendUser>) {
    return this.changed(call, await this.users.suspend(call.actor, aimOf(call), call.body.reason));
  }

  @Serves(USERS.reactivateUser)
  async reactivate(@Asked() call: Call<typeof USERS.reactivateUser>) {
    return this.changed(call, await this.users.reactivate(call.actor, aimOf(call)));
  }

  @Serves(USERS.unlockUser)
  async unlock(@Asked() { actor, params }: Call<typeof USERS.unlockUser>) {
    if (!(await this.users.unlock(actor, accountOf(params)))) throw noSuchUser();
  }

  @Serves(USERS.endUserSessions)
  async endSessions(@Asked() { actor, params, body }: Call<typeof USERS.endUserSessions>) {
    const ended = await this.users.endSessions(actor, accountOf(params), body?.reason);
    return { ended: found(ended, noSuchUser).length };
  }

  private changed(call: Pick<CallOfOne, 'revised'>, outcome: ChangeOutcome | EntryRefusal) {
    return this.revised(call, wished(outcome, 'changed', REFUSALS).user);
  }

  private async revised(call: Pick<CallOfOne, 'revised'>, user: User) {
    const [seen = { user, attempts: undefined }] = await this.users.withAttempts([user]);
    return call.revised(user, userDto(seen));
  }
}

const storedUserDto = (user: User) => shown(STORED_USER, { ...user, userID: user.id });

const userDto = ({ user, attempts }: UserWithAttempts) =>
  shown(USER, {
    ...user,
    userID: user.id,
    failedLogins: attempts?.failed,
    ...(attempts?.lockedForMs !== undefined && { lockedUntilMs: systemClock.nowMs() + attempts.lockedForMs }),
  });

type CallOfOne = Call<typeof USERS.getUser>;

const aimOf = (call: Pick<CallOfOne, 'params' | 'expectedRevision'>): UserAim => ({
  id: accountOf(call.params),
  expectedRevision: call.expectedRevision,
});

const deletedSince = (): Problem => new Problem(409, 'The user that this key created is deleted by now.');

async function* dtosOf(users: AsyncIterable<User>): AsyncGenerator<object> {
  for await (const user of users) yield storedUserDto(user);
}

/** @throws Problem 400 for a domain that cannot be one */
function filterOf({ prefix, domain, suspended }: Call<typeof USERS.exportUsers>['query']): UserFilter {
  const named = domain === undefined ? undefined : parseDomain(domain);
  if (named?.ok === false) {
    const detail = 'It must be a domain name.';
    throw new Problem(400, 'The domain is not valid.', [{ pointer: '?domain', detail }]);
  }
  return {
    prefix: prefix === undefined ? undefined : parseUserIDPrefix(prefix),
    domain: named?.value,
    suspended,
  };
}

const noSuchUser = (): Problem => new Problem(404, 'There is no user of this name.');

const fieldProblem = ({ field, detail }: Pick<EntryRefusal, 'field' | 'detail'>): Problem =>
  new Problem(400, `${field} ${detail}.`, [{ pointer: `/${field}`, detail }]);

const REFUSALS = {
  unknown: noSuchUser,
  refused: fieldProblem,
  exists: () => new Problem(409, 'There is a user of this name, however it is written.'),
  'domain-not-served': () =>
    fieldProblem({ field: 'userID', detail: 'has a domain that is not served here' }),
} as const;

/** The account of a path. @throws Problem 404 for what can be no user's name */
function accountOf(params: { readonly userID: string }): AccountID {
  const name = parseUserID(params.userID);
  if (!name.ok || name.value.resource !== undefined) throw noSuchUser();
  return name.value.account;
}
