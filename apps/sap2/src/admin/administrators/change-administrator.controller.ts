import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ADMINISTRATOR_BOOK, type AdministratorBook } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { msOf } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision, tell } from '../http/revisions.js';
import {
  ADMIN_NAME,
  ADMIN_SETTINGS,
  ADMINISTRATOR,
  administratorDto,
  lastOne,
  unknownAdministrator,
} from './administrator.dto.js';

const CHANGE_ADMINISTRATOR = operation({
  method: 'PATCH',
  path: '/administrators/:name',
  name: 'changeAdministrator',
  noun: 'administrators',
  summary: 'Changes what a token may do, and until when.',
  scope: 'admin',
  params: { name: ADMIN_NAME },
  body: z.strictObject({ ...ADMIN_SETTINGS, scopes: ADMIN_SETTINGS.scopes.optional() }),
  answer: { status: 200, says: 'The administrator as it is now.', schema: ADMINISTRATOR },
  refusals: [404, 409, 412],
  changes: true,
});

@AdminController()
export class ChangeAdministratorController {
  constructor(@Inject(ADMINISTRATOR_BOOK) private readonly book: AdministratorBook) {}

  @Serves(CHANGE_ADMINISTRATOR)
  async serve(
    @Input() { params, body }: InputOf<typeof CHANGE_ADMINISTRATOR>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { scopes, expiresAt } = body;
    const expiresAtMs = typeof expiresAt === 'string' ? msOf(expiresAt) : expiresAt;
    const change = { scopes, expiresAtMs };
    const outcome = await this.book.change(actor, params.name, change, expectedRevision(request));
    switch (outcome.kind) {
      case 'changed':
        tell(reply, outcome.administrator.revision);
        return administratorDto(outcome.administrator);
      case 'unknown':
        throw unknownAdministrator();
      case 'stale':
        throw changedMeanwhile();
      case 'last-one':
        throw lastOne();
      default:
        return assertNever(outcome);
    }
  }
}
