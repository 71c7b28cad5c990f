import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problem.filter.js';

const MAC_BYTES = 16;

/** Where a list goes on: the key of the last item that was given. */
export type Position = readonly (string | number)[];

/** What a list is asked for: its name and its filters, whatever they are. */
export interface Question {
  readonly list: string;
  readonly filters: object;
}

export interface Page<Dto> {
  readonly items: readonly Dto[];
  readonly nextCursor: string | null;
}

/**
 * Only the service can make a cursor, and it is valid only for the same question. So a client cannot pass a filter with a
 * forged cursor, or with one of another list.
 */
export class Cursors {
  /** `key`: 32 bytes, the same in every process. */
  constructor(private readonly key: Uint8Array) {}

  issue(question: Question, position: Position): string {
    const content = Buffer.from(JSON.stringify(position), 'utf8');
    return `${content.toString('base64url')}.${this.mac(question, content).toString('base64url')}`;
  }

  /** @throws Problem 400 */
  read(question: Question, cursor: string): Position {
    const [content = '', mac = '', ...rest] = cursor.split('.').map((part) => Buffer.from(part, 'base64url'));
    const right = this.mac(question, Buffer.from(content));
    const given = Buffer.from(mac);
    if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) {
      const detail = 'It must be the nextCursor of an earlier answer to the same question.';
      throw new Problem(400, `The cursor is not valid. ${detail}`, [{ pointer: '?cursor', detail }]);
    }
    return JSON.parse(content.toString('utf8')) as Position;
  }

  /** One page: `fetch` is asked for one item more than wanted, which tells whether there is a next page. */
  async page<Item, Dto>(
    question: Question,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
    fetch: (after: Position | undefined, limit: number) => Promise<readonly Item[]>,
    positionOf: (item: Item) => Position,
    dtoOf: (item: Item) => Dto,
  ): Promise<Page<Dto>> {
    const after = cursor === undefined ? undefined : this.read(question, cursor);
    const found = await fetch(after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const more = found.length > limit && last !== undefined;
    return {
      items: items.map(dtoOf),
      nextCursor: more ? this.issue(question, positionOf(last)) : null,
    };
  }

  private mac({ list, filters }: Question, content: Uint8Array): Buffer {
    const asked = JSON.stringify([list, Object.entries(filters).filter(([, value]) => value !== undefined)]);
    return createHmac('sha256', this.key)
      .update(`${asked}\n`)
      .update(content)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
