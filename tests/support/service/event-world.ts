import type { ConformanceWorld } from './conformance-world.js';
import type { SeenEvent } from './event-reader.js';
import { ADMIN_TOKEN } from './service-under-test.js';

export interface EventPage {
  readonly items: readonly SeenEvent[];
  readonly next: string;
}

/** What a service element does over HTTP, and the load beside it. */
export class EventWorld {
  constructor(private readonly world: ConformanceWorld) {}

  get base(): string {
    return this.world.service.northboundUrl;
  }

  ask(path: string): Promise<Response> {
    return fetch(`${this.base}${path}`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });
  }

  async page(query: string): Promise<EventPage> {
    return (await (await this.ask(`/events/v1?${query}`)).json()) as EventPage;
  }

  async latest(): Promise<string> {
    return (await this.page('after=latest')).next;
  }

  /** Everything after a position, by pages; while events go on to happen it has no end. */
  async allAfter(position: string): Promise<readonly SeenEvent[]> {
    const events: SeenEvent[] = [];
    let next = position;
    for (;;) {
      const { items, next: following } = await this.page(`after=${next}&limit=1000`);
      if (items.length === 0) return events;
      events.push(...items);
      next = following;
    }
  }

  /** Births and ends until the returned function is called. */
  load(workers: number): () => Promise<void> {
    const state = { isOver: false };
    const run = async (): Promise<void> => {
      const user = this.world.newUser();
      for (let round = 0; !state.isOver; round++) {
        const id = await user.on(`c${round % 3}`).session();
        if (round % 4 > 0) await user.on(`c${round % 3}`).logOut(id);
      }
    };
    const done = Promise.all(Array.from({ length: workers }, run));
    return async (): Promise<void> => {
      state.isOver = true;
      await done;
    };
  }
}
