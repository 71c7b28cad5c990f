import type { User, UserFilter, Users } from '../ports/users.port.js';

/** Users read at once: what is in memory, however many there are. */
const PAGE = 500;

/**
 * Every user that the filter asks for, in the order of ids, read as fast as it is taken. Not one moment's picture: a user
 * that changes meanwhile is given as it was when its page was read. No transaction is held open.
 */
export class ExportUsers {
  constructor(private readonly users: Users) {}

  async *execute(filter: UserFilter): AsyncGenerator<User, void, undefined> {
    let page: readonly User[] = [];
    do {
      page = await this.users.page({ ...filter, after: page.at(-1)?.id, limit: PAGE });
      yield* page;
    } while (page.length === PAGE);
  }
}
