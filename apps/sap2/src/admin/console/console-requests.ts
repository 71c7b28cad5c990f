import { type Administrator, ConsoleSessions } from '@sap2/administration';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.filter.js';
import { sessionIn } from './console-cookie.js';

/** `act`: a person did something. `refresh`: the page asks by itself, which keeps no session alive. */
const HEADER = 'x-sap2-console';

/**
 * A request of a browser that brings the cookie of the console. The browser adds a cookie by itself. So the request must
 * also have a header that no form and no other site can send (ADR 44).
 */
@Injectable()
export class ConsoleRequests {
  constructor(@Inject(ConsoleSessions) private readonly sessions: ConsoleSessions) {}

  /** Undefined: no cookie, or its session is over. @throws Problem 403 for what another site may have sent */
  async administratorOf(request: FastifyRequest): Promise<Administrator | undefined> {
    const id = sessionIn(request);
    if (id === undefined) return undefined;
    return this.sessions.administratorOf(id, purposeOf(request) === 'act');
  }
}

/** @throws Problem 403 for what another site may have sent */
export function purposeOf({ headers }: FastifyRequest): 'act' | 'refresh' {
  const purpose = headers[HEADER];
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  if ((purpose !== 'act' && purpose !== 'refresh') || site !== 'same-origin') {
    throw new Problem(
      403,
      'A request with the cookie of the console must come from the console itself, with the header X-SAP2-Console.',
    );
  }
  return purpose;
}
