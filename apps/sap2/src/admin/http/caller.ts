import { createHmac } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '@sap2/administration';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.filter.js';

const KEY = /^[\x21-\x7e]{1,128}$/;

type WithActor = FastifyRequest & { actor?: Actor };

/** Who makes the request: `@By() actor: Actor`; only behind the guard. */
export const By = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<WithActor>();
  if (actor === undefined) throw new Error('BearerTokenGuard did not run');
  return actor;
});

export function isBy(request: FastifyRequest): Actor | undefined {
  return (request as WithActor).actor;
}

/** Makes actors of requests. */
export class Callers {
  /** `key`: for hashes of contents; a content may hold a password, so a plain hash of it must not be kept. */
  constructor(private readonly key: Uint8Array) {}

  /** @throws Problem 400 for an `Idempotency-Key` that is none */
  recognise(request: FastifyRequest, name: string, creates: boolean): void {
    const key = creates ? request.headers['idempotency-key'] : undefined;
    const actor: Actor = {
      name,
      // A socket of this machine has no address.
      from: request.ip || 'local',
      requestID: request.id,
      creation: key === undefined ? undefined : { key: keyOf(key), contentHash: this.hashOf(request) },
    };
    (request as WithActor).actor = actor;
  }

  private hashOf({ method, url, body }: FastifyRequest): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([method, url, body]))
      .digest('base64url');
  }
}

function keyOf(header: string | string[]): string {
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new Problem(400, 'The Idempotency-Key must be 1 to 128 printable characters without spaces.');
}
