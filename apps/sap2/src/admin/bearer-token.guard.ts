import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Administrator, AdministratorBook } from '@sap2/administration';
import type { FastifyRequest } from 'fastify';
import { AdminRates } from './admin-rates.js';
import { ConsoleRequests } from './console/console-requests.js';
import { Callers } from './http/caller.js';
import { specOf } from './http/serves.js';
import { Problem } from './problem.filter.js';

/** Who knows administrators by their tokens. */
export const TOKENS = Symbol('Tokens');

/** Requires the token of an administrator, or a session of the console, with the scope of the operation. Without a token, a client learns nothing else. */
@Injectable()
export class BearerTokenGuard implements CanActivate {
  constructor(
    @Inject(TOKENS) private readonly administrators: Pick<AdministratorBook, 'byToken'>,
    @Inject(Callers) private readonly callers: Callers,
    @Inject(AdminRates) private readonly rates: AdminRates,
    @Inject(ConsoleRequests) private readonly console: ConsoleRequests,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const spec = specOf(context.getHandler() as (...parameters: never[]) => unknown);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const administrator = await this.administratorOf(request, token);
    if (administrator === undefined) {
      await this.rates.failure(request.ip);
      throw new Problem(401, 'A valid bearer token is needed: Authorization: Bearer <token>.');
    }
    const { name, scopes } = administrator;
    await this.rates.request(name);
    if (!scopes.includes('admin') && !scopes.includes(spec.scope))
      throw new Problem(403, `This needs a token with the scope "${spec.scope}".`);
    this.callers.recognise(request, { name, token }, spec.creates ?? false);
    return true;
  }

  /** A token decides alone. Only without one does a cookie of the console count. */
  private administratorOf(
    request: FastifyRequest,
    token: string | undefined,
  ): Promise<Administrator | undefined> {
    if (request.headers.authorization === undefined) return this.console.administratorOf(request);
    return token === undefined ? Promise.resolve(undefined) : this.administrators.byToken(token);
  }
}
