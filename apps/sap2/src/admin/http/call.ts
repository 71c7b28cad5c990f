import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './caller.js';
import type { Page, Position } from './cursors.js';
import { readInput } from './input.js';
import { ADMIN_PATH, type InputOf, type OperationSpec } from './operation.js';
import { specOf } from './serves.js';
import { changedMeanwhile } from './outcomes.js';

/** A request of an administrator: what it asks for, validated, and the forms that answers have in common. */
export class Call<Spec extends OperationSpec = OperationSpec> {
  readonly params: InputOf<Spec>['params'];
  readonly query: InputOf<Spec>['query'];
  readonly body: InputOf<Spec>['body'];
  readonly actor: Actor;

  /** @throws Problem 400 with everything that is wrong */
  constructor(
    private readonly spec: Spec,
    readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    ({ params: this.params, query: this.query, body: this.body } = readInput(spec, request));
    this.actor = callerOf(request).actor;
  }

  /** Of `If-Match`; undefined: whatever there is. A tag that cannot be one of ours matches nothing. @throws Problem 412 */
  get expectedRevision(): number | undefined {
    const tag = this.request.headers['if-match']?.trim();
    if (tag === undefined || tag === '*') return undefined;
    const revision = /^"(\d{1,9})"$/.exec(tag)?.[1];
    if (revision === undefined) throw changedMeanwhile();
    return Number(revision);
  }

  /** An answer whose thing has a revision: the `ETag`. */
  revised<Dto>({ revision }: { readonly revision: number }, dto: Dto): Dto {
    void this.reply.header('ETag', `"${revision}"`);
    return dto;
  }

  /** A thing that was created, and where it is. */
  createdAt(path: `/${string}`): void {
    void this.reply.header('Location', `${ADMIN_PATH}${path}`);
  }

  /** The work goes on after the answer. */
  accepted<Dto>(dto: Dto): Dto {
    void this.reply.status(202);
    return dto;
  }

  /**
   * A repetition with the same `Idempotency-Key` and content creates nothing. `again` shows what is at the stored location
   * of the first creation.
   *
   * @throws Problem 422 for a key that was used for something else
   */
  once<T>(create: () => Promise<T>, again: (location: string) => Promise<T>): Promise<T> {
    const { creations, actor } = callerOf(this.request);
    return creations.once(actor, create, again);
  }

  /**
   * One page of a list. `fetch` returns the items after a position.
   *
   * @throws Problem 400 for a forged cursor
   */
  page<Item, Dto>(
    filters: object,
    fetch: (after: Position | undefined, limit: number) => Promise<readonly Item[]>,
    positionOf: (item: Item) => Position,
    dtoOf: (item: Item) => Dto,
  ): Promise<Page<Dto>> {
    const { cursors } = callerOf(this.request);
    const { limit, cursor } = this.query as unknown as { readonly limit: number; readonly cursor?: string };
    return cursors.page({ list: this.spec.name, filters }, { limit, cursor }, fetch, positionOf, dtoOf);
  }
}

/** The only parameter of most methods: `@Asked() call: Call<typeof USERS.getUser>`; only behind the guard. */
export const Asked = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  const spec = specOf(context.getHandler() as (...parameters: never[]) => unknown);
  return new Call(spec, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
