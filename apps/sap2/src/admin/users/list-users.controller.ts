import { Inject } from '@nestjs/common';
import { USERS, type Users } from '@sap2/administration';
import type { AccountID } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { USER_QUERY, userFilter } from './user-filter.js';
import { USER, userDto } from './user.dto.js';

const LIST_USERS = operation({
  method: 'GET',
  path: '/users',
  name: 'listUsers',
  noun: 'users',
  summary: 'Users, in the order of their names.',
  scope: 'read',
  query: { ...PAGE_QUERY, ...USER_QUERY },
  answer: { status: 200, says: 'A page of users.', schema: pageOf(USER) },
});

@AdminController()
export class ListUsersController {
  constructor(
    @Inject(USERS) private readonly users: Users,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_USERS)
  list(@Input() { query }: InputOf<typeof LIST_USERS>): Promise<object> {
    const filter = userFilter(query);
    return this.cursors.page(
      { list: LIST_USERS.name, filters: filter },
      query,
      (after, limit) => this.users.page({ ...filter, after: after?.[0] as AccountID | undefined, limit }),
      ({ id }) => [id],
      userDto,
    );
  }
}
