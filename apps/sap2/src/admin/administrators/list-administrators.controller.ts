import { Inject } from '@nestjs/common';
import { ADMINISTRATOR_BOOK, type AdministratorBook } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { ADMINISTRATOR, administratorDto } from './administrator.dto.js';

const LIST_ADMINISTRATORS = operation({
  method: 'GET',
  path: '/administrators',
  name: 'listAdministrators',
  noun: 'administrators',
  summary: 'Who may administer, in the order of names.',
  scope: 'admin',
  query: PAGE_QUERY,
  answer: { status: 200, says: 'A page of administrators.', schema: pageOf(ADMINISTRATOR) },
});

@AdminController()
export class ListAdministratorsController {
  constructor(
    @Inject(ADMINISTRATOR_BOOK) private readonly book: AdministratorBook,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_ADMINISTRATORS)
  list(@Input() { query }: InputOf<typeof LIST_ADMINISTRATORS>): Promise<object> {
    return this.cursors.page(
      { list: LIST_ADMINISTRATORS.name, filters: {} },
      query,
      (after, limit) => this.book.page(after?.[0] as string | undefined, limit),
      ({ name }) => [name],
      administratorDto,
    );
  }
}
