import { Inject, Res } from '@nestjs/common';
import { ExportUsers, type UserFilter } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { NDJSON, sendLines } from '../http/ndjson.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { USER_QUERY, userFilter } from './user-filter.js';
import { USER, type UserDto, userDto } from './user.dto.js';

const EXPORT_USERS = operation({
  method: 'GET',
  path: '/users/export',
  name: 'exportUsers',
  noun: 'users',
  summary: 'Every user that the filter asks for, one JSON text a line; passwords and hashes never.',
  description: 'Streamed as fast as it is read. An answer that breaks off is not complete.',
  scope: 'read',
  query: USER_QUERY,
  answer: { status: 200, says: 'A user a line.', schema: USER, mediaType: NDJSON },
});

@AdminController()
export class ExportUsersController {
  constructor(@Inject(ExportUsers) private readonly exportUsers: ExportUsers) {}

  @Serves(EXPORT_USERS)
  async export(@Input() { query }: InputOf<typeof EXPORT_USERS>, @Res() reply: FastifyReply): Promise<void> {
    await sendLines(reply, this.dtos(userFilter(query)));
  }

  private async *dtos(filter: UserFilter): AsyncGenerator<UserDto> {
    for await (const user of this.exportUsers.execute(filter)) yield userDto(user);
  }
}
