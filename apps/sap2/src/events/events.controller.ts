import { Inject, Res } from '@nestjs/common';
import { eventJson } from '@sap2/event-feed';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin/admin-controller.js';
import { Asked, type Call } from '../admin/http/call.js';
import { callerOf } from '../admin/http/caller.js';
import { domainOf } from '../admin/http/names.js';
import { Serves } from '../admin/http/serves.js';
import { Problem } from '../admin/problem.filter.js';
import { Elements } from './elements.js';
import { EVENTS, EVENTS_BASE, typesOf } from './elements.operations.js';

type FilterQuery = Call<typeof EVENTS.streamEvents>['query'];

@AdminController(EVENTS_BASE)
export class EventsController {
  constructor(@Inject(Elements) private readonly elements: Elements) {}

  @Serves(EVENTS.listEvents)
  async list(@Asked() { query }: Call<typeof EVENTS.listEvents>) {
    const { feed, positions } = this.elements;
    const wish = this.wishOf(query, '?after', query.after);
    if (wish.after === 'latest') return { items: [], next: positions.textOf(await feed.latest()) };
    const after = wish.after === 'oldest' ? undefined : wish.after;
    const page = await feed.page({ ...wish, after, limit: query.limit });
    if (page.kind === 'gone') throw this.gone(page.oldest);
    return {
      items: page.events.map((event) => eventJson(event, positions)),
      next: positions.textOf(page.next),
    };
  }

  @Serves(EVENTS.streamEvents)
  async stream(
    @Asked() { query, request }: Call<typeof EVENTS.streamEvents>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const last = request.headers['last-event-id'];
    const wish =
      typeof last === 'string' && last !== ''
        ? this.wishOf(query, 'Last-Event-ID', last)
        : this.wishOf(query, '?after', query.after);
    const { token } = callerOf(request);
    if (token === undefined) throw new Problem(403, 'A stream needs a token: Authorization: Bearer <token>.');
    const refused = await this.elements.streams.open(reply, token, wish);
    if (refused !== undefined) throw this.gone(refused.oldest);
  }

  /** @throws Problem 400 for a position that the service never gave */
  private wishOf({ types, domain }: FilterQuery, pointer: string, after: string | undefined) {
    const filter = { types: typesOf(types), domains: [domainOf(domain) ?? []].flat() };
    if (after === undefined) return { ...filter, after: 'oldest' as const };
    if (after === 'latest') return { ...filter, after: 'latest' as const };
    const position = this.elements.positions.read(after);
    if (position !== undefined) return { ...filter, after: position };
    const detail = 'It must be a position that this service gave, or `latest`.';
    throw new Problem(400, `The position is not valid. ${detail}`, [{ pointer, detail }]);
  }

  private gone(oldest: bigint): Problem {
    const position = this.elements.positions.textOf(oldest);
    const detail = `Events after this position are kept no longer. Take a snapshot, or go on after ${position}.`;
    return new Problem(410, detail, [], undefined, { oldest: position });
  }
}
