import { Inject, Res } from '@nestjs/common';
import { ADMINISTRATOR_BOOK, type AdministratorBook } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { ADMIN_NAME, ADMINISTRATOR, administratorDto, unknownAdministrator } from './administrator.dto.js';

const GET_ADMINISTRATOR = operation({
  method: 'GET',
  path: '/administrators/:name',
  name: 'getAdministrator',
  noun: 'administrators',
  summary: 'One administrator, without its token.',
  scope: 'admin',
  params: { name: ADMIN_NAME },
  answer: { status: 200, says: 'The administrator.', schema: ADMINISTRATOR },
  refusals: [404],
});

@AdminController()
export class GetAdministratorController {
  constructor(@Inject(ADMINISTRATOR_BOOK) private readonly book: AdministratorBook) {}

  @Serves(GET_ADMINISTRATOR)
  async get(
    @Input() { params }: InputOf<typeof GET_ADMINISTRATOR>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const administrator = await this.book.find(params.name);
    if (administrator === undefined) throw unknownAdministrator();
    tell(reply, administrator.revision);
    return administratorDto(administrator);
  }
}
