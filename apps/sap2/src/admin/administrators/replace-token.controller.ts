import { Inject, Res } from '@nestjs/common';
import { type Actor, ReplaceToken } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { ADMIN_NAME, administratorDto, unknownAdministrator, WITH_TOKEN } from './administrator.dto.js';

const REPLACE_TOKEN = operation({
  method: 'POST',
  path: '/administrators/:name/token',
  name: 'replaceToken',
  noun: 'administrators',
  summary: 'Makes a new token; the one before it is none from then on.',
  scope: 'admin',
  params: { name: ADMIN_NAME },
  answer: { status: 200, says: 'The administrator with its new token, told this once.', schema: WITH_TOKEN },
  refusals: [404],
});

@AdminController()
export class ReplaceTokenController {
  constructor(@Inject(ReplaceToken) private readonly replace: ReplaceToken) {}

  @Serves(REPLACE_TOKEN)
  async serve(
    @Input() { params }: InputOf<typeof REPLACE_TOKEN>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const replaced = await this.replace.execute(actor, params.name);
    if (replaced === undefined) throw unknownAdministrator();
    tell(reply, replaced.administrator.revision);
    return { ...administratorDto(replaced.administrator), token: replaced.token };
  }
}
