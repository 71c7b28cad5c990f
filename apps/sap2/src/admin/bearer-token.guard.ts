import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Administrators } from '@sap2/identity-store';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.filter.js';

/** Lets in who brings the token of an administrator; whoever does not learns no more than that. */
@Injectable()
export class BearerTokenGuard implements CanActivate {
  constructor(@Inject(Administrators) private readonly administrators: Administrators) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { administrator?: string }>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const administrator = token === undefined ? undefined : await this.administrators.byToken(token);
    if (administrator === undefined)
      throw new Problem(401, 'A valid bearer token is needed: Authorization: Bearer <token>.');
    request.administrator = administrator.name;
    return true;
  }
}

/** Name of the administrator who makes this request; only behind the guard. */
export function administratorOf(request: FastifyRequest): string {
  const { administrator } = request as { administrator?: string };
  if (administrator === undefined) throw new Error('BearerTokenGuard did not run');
  return administrator;
}
