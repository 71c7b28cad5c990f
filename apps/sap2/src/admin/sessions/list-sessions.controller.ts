import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import {
  parseUserSessionID,
  SESSION_LEDGER,
  type SessionLedger,
  type UserSessionID,
} from '@sap2/session-core';
import { BearerTokenGuard } from '../bearer-token.guard.js';
import { Problem } from '../problem.filter.js';
import { type SessionDto, sessionDto } from './session.dto.js';

const DEFAULT_LIMIT = 50;
/** A page an administrator can read, and a query that costs the same at any depth. */
const MAX_LIMIT = 500;

interface SessionPage {
  readonly items: readonly SessionDto[];
  /** Give it as `cursor` to go on; null at the end. */
  readonly nextCursor: string | null;
}

@Controller('/admin/v1/sessions')
@UseGuards(BearerTokenGuard)
export class ListSessionsController {
  constructor(@Inject(SESSION_LEDGER) private readonly ledger: SessionLedger) {}

  @Get()
  async list(@Query('limit') limitText?: string, @Query('cursor') cursor?: string): Promise<SessionPage> {
    const limit = parseLimit(limitText);
    const after = parseCursor(cursor);
    // One more than asked tells whether there is a next page.
    const found = await this.ledger.page({ after, limit: limit + 1, account: undefined, peer: undefined });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const more = found.length > limit && last !== undefined;
    return {
      items: items.map(sessionDto),
      nextCursor: more ? Buffer.from(last.id).toString('base64url') : null,
    };
  }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  const detail = `must be a whole number from 1 to ${MAX_LIMIT}`;
  throw new Problem(400, `limit ${detail}.`, [{ pointer: '?limit', detail }]);
}

function parseCursor(text: string | undefined): UserSessionID | undefined {
  if (text === undefined) return undefined;
  const id = parseUserSessionID(Buffer.from(text, 'base64url').toString('latin1'));
  if (id !== undefined) return id;
  const detail = 'must be the nextCursor of an earlier answer';
  throw new Problem(400, `cursor ${detail}.`, [{ pointer: '?cursor', detail }]);
}
