import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ImportUsers } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { yesOrNo } from '../http/fields.js';
import { Input } from '../http/input.js';
import { NDJSON, sendLines } from '../http/ndjson.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { streamOf } from '../http/streamed-bodies.js';
import { importLines } from './import-lines.js';

const IMPORT_USERS = operation({
  method: 'POST',
  path: '/users/import',
  name: 'importUsers',
  noun: 'users',
  summary:
    'Creates and changes any number of users, one JSON text a line, and answers a result for each line.',
  description:
    'A line is the body of a creation. Results come while lines are still being sent, so read them meanwhile. A refused line stops no other. The same lines again change nothing; an answer that breaks off is finished by sending them again. A new password or a suspension ends the sessions of that user (601).',
  scope: 'users',
  query: { dryRun: yesOrNo.default(false).describe('true: says what would happen, and changes nothing.') },
  streams: NDJSON,
  answer: {
    status: 200,
    says: 'A result a line, in the order of lines; blank ones have none.',
    mediaType: NDJSON,
    schema: z.object({
      line: z.int().describe('Of the input, from 1.'),
      status: z.enum(['created', 'changed', 'unchanged', 'refused']),
      detail: z.string().optional().describe('Why it is refused.'),
    }),
  },
  refusals: [415],
});

@AdminController()
export class ImportUsersController {
  constructor(@Inject(ImportUsers) private readonly importUsers: ImportUsers) {}

  @Serves(IMPORT_USERS)
  async import(
    @Input() { query }: InputOf<typeof IMPORT_USERS>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = importLines(streamOf(request, NDJSON));
    await sendLines(reply, this.importUsers.execute(actor, lines, query));
  }
}
