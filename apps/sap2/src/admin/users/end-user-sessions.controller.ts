import { Inject } from '@nestjs/common';
import { type Actor, EndUserSessions } from '@sap2/administration';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { REASON } from './reason.js';
import { accountOf, noSuchUser, USER_PARAMS } from './user.dto.js';

const END_USER_SESSIONS = operation({
  method: 'POST',
  path: '/users/:userID/end-sessions',
  name: 'endUserSessions',
  noun: 'users',
  summary: 'Logs a user out everywhere (601); it may log in again at once.',
  scope: 'users',
  params: USER_PARAMS,
  body: z.strictObject({ reason: REASON.optional() }).optional(),
  answer: {
    status: 200,
    says: 'How many sessions were live until now.',
    schema: z.object({ ended: z.int() }),
  },
  refusals: [404],
});

@AdminController()
export class EndUserSessionsController {
  constructor(@Inject(EndUserSessions) private readonly endUserSessions: EndUserSessions) {}

  @Serves(END_USER_SESSIONS)
  async end(
    @Input() { params, body }: InputOf<typeof END_USER_SESSIONS>,
    @By() actor: Actor,
  ): Promise<{ readonly ended: number }> {
    const ended = await this.endUserSessions.execute(actor, accountOf(params), body?.reason);
    if (ended === undefined) throw noSuchUser();
    return { ended: ended.length };
  }
}
