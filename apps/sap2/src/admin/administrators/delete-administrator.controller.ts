import { Inject, Req } from '@nestjs/common';
import { type Actor, ADMINISTRATOR_BOOK, type AdministratorBook } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision } from '../http/revisions.js';
import { ADMIN_NAME, lastOne, unknownAdministrator } from './administrator.dto.js';

const DELETE_ADMINISTRATOR = operation({
  method: 'DELETE',
  path: '/administrators/:name',
  name: 'deleteAdministrator',
  noun: 'administrators',
  summary: 'Takes an administrator away; its token is none from then on.',
  scope: 'admin',
  params: { name: ADMIN_NAME },
  answer: { status: 204, says: 'It is gone.' },
  refusals: [404, 409, 412],
  changes: true,
});

@AdminController()
export class DeleteAdministratorController {
  constructor(@Inject(ADMINISTRATOR_BOOK) private readonly book: AdministratorBook) {}

  @Serves(DELETE_ADMINISTRATOR)
  async serve(
    @Input() { params }: InputOf<typeof DELETE_ADMINISTRATOR>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { kind } = await this.book.remove(actor, params.name, expectedRevision(request));
    switch (kind) {
      case 'deleted':
        return;
      case 'unknown':
        throw unknownAdministrator();
      case 'stale':
        throw changedMeanwhile();
      case 'last-one':
        throw lastOne();
      default:
        assertNever(kind);
    }
  }
}
