import { createHmac } from 'node:crypto';
import type { Actor } from '@sap2/administration';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.filter.js';
import type { IdempotentCreations } from './creations.js';
import type { Cursors } from './cursors.js';

const KEY = /^[\x21-\x7e]{1,128}$/;

/** Who makes a request, and what its answer may need. */
interface Caller {
  readonly actor: Actor;
  /** Undefined: it showed the cookie of the console. */
  readonly token: string | undefined;
  readonly cursors: Cursors;
  readonly creations: IdempotentCreations;
}

type WithCaller = FastifyRequest & { caller?: Caller; onRecognised?: (name: string) => void };

interface Recognised {
  readonly name: string;
  readonly token: string | undefined;
}

/** Calls `then` as soon as the guard knows who makes the request. Its answer may take long. */
export function whenRecognised(request: FastifyRequest, then: (name: string) => void): void {
  (request as WithCaller).onRecognised = then;
}

/** Only behind the guard. */
export function callerOf(request: FastifyRequest): Caller {
  const { caller } = request as WithCaller;
  if (caller === undefined) throw new Error('BearerTokenGuard did not run');
  return caller;
}

export function isBy(request: FastifyRequest): Actor | undefined {
  return (request as WithCaller).caller?.actor;
}

export class Callers {
  /** `key`: for hashes of contents. A content may have a password, so a plain hash of it must not be stored. */
  constructor(
    private readonly key: Uint8Array,
    private readonly cursors: Cursors,
    private readonly creations: IdempotentCreations,
  ) {}

  /** @throws Problem 400 for an invalid `Idempotency-Key` */
  recognise(request: FastifyRequest, { name, token }: Recognised, creates: boolean): void {
    const key = creates ? request.headers['idempotency-key'] : undefined;
    const actor: Actor = {
      name,
      // A socket of this machine has no address.
      from: request.ip || 'local',
      requestID: request.id,
      creation: key === undefined ? undefined : { key: keyOf(key), contentHash: this.hashOf(request) },
    };
    (request as WithCaller).caller = { actor, token, cursors: this.cursors, creations: this.creations };
    (request as WithCaller).onRecognised?.(name);
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
