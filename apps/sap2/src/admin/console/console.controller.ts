import { type Administrator, ConsoleSessions } from '@sap2/administration';
import { Controller, Delete, Get, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminRates } from '../admin-rates.js';
import { Callers } from '../http/caller.js';
import { Problem } from '../problem.filter.js';
import { cookieOf, sessionIn } from './console-cookie.js';
import { ConsoleRequests, purposeOf } from './console-requests.js';

const SIGN_IN = z.strictObject({ token: z.string().min(1).max(1024) });

export const SESSION_PATH = '/console/session';

/** Log-in and log-out of the console. Everything else of it is a file, or an operation of the REST API. */
@Controller(SESSION_PATH)
export class ConsoleController {
  constructor(
    @Inject(ConsoleSessions) private readonly sessions: ConsoleSessions,
    @Inject(ConsoleRequests) private readonly requests: ConsoleRequests,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(AdminRates) private readonly rates: AdminRates,
  ) {}

  /** The token comes in once. From then on the browser has only a cookie, which no script can read. */
  @Post()
  @HttpCode(200)
  async signIn(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    purposeOf(request);
    const asked = SIGN_IN.safeParse(request.body);
    if (!asked.success) throw new Problem(400, 'The body must be {"token": "…"}.');
    const session = await this.sessions.signIn(asked.data.token);
    if (session === undefined) return this.refuse(request, 'No administrator has this token.');
    this.callers.recognise(request, { name: session.administrator.name, token: undefined }, false);
    void reply.header('Set-Cookie', cookieOf(request, session.id, this.sessions.times.lifeMs));
    return this.shown(session.administrator);
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  async whoAmI(@Req() request: FastifyRequest) {
    purposeOf(request);
    const administrator = await this.requests.administratorOf(request);
    if (administrator === undefined) throw new Problem(401, 'There is no session. Log in with a token.');
    this.callers.recognise(request, { name: administrator.name, token: undefined }, false);
    return this.shown(administrator);
  }

  @Delete()
  @HttpCode(204)
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    purposeOf(request);
    const id = sessionIn(request);
    if (id !== undefined) await this.sessions.signOut(id);
    void reply.header('Set-Cookie', cookieOf(request, '', 0));
  }

  /** @throws Problem 401 · 429 for the address that tries too often */
  private async refuse({ ip }: FastifyRequest, detail: string): Promise<never> {
    await this.rates.failure(ip);
    throw new Problem(401, detail);
  }

  private shown({ name, scopes }: Administrator) {
    return { name, scopes, idleS: this.sessions.times.idleMs / 1000 };
  }
}
