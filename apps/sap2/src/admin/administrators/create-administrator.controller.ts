import { Inject, Res } from '@nestjs/common';
import { type Actor, CreateAdministrator } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { msOf } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import { ADMIN_NAME, ADMIN_SETTINGS, administratorDto, WITH_TOKEN } from './administrator.dto.js';

const CREATE_ADMINISTRATOR = operation({
  method: 'POST',
  path: '/administrators',
  name: 'createAdministrator',
  noun: 'administrators',
  summary: 'Makes an administrator, and its token.',
  description: 'The token is told this once. If the answer is lost, replace the token.',
  scope: 'admin',
  body: z.strictObject({ name: ADMIN_NAME, ...ADMIN_SETTINGS }),
  answer: { status: 201, says: 'The administrator with its token.', schema: WITH_TOKEN },
  refusals: [409],
});

@AdminController()
export class CreateAdministratorController {
  constructor(@Inject(CreateAdministrator) private readonly create: CreateAdministrator) {}

  @Serves(CREATE_ADMINISTRATOR)
  async serve(
    @Input() { body }: InputOf<typeof CREATE_ADMINISTRATOR>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { name, scopes, expiresAt } = body;
    const expiresAtMs = typeof expiresAt === 'string' ? msOf(expiresAt) : undefined;
    const outcome = await this.create.execute(actor, { name, scopes, expiresAtMs });
    if (outcome.kind === 'exists') throw new Problem(409, 'There is an administrator of this name already.');
    tell(reply, outcome.administrator.revision);
    return { ...administratorDto(outcome.administrator), token: outcome.token };
  }
}
