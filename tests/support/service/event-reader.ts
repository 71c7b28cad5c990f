import { request } from 'node:http';
import { ADMIN_TOKEN } from './service-under-test.js';

export interface SeenEvent {
  readonly id: string;
  readonly position: string;
  readonly type: string;
  readonly at: string;
  readonly domain?: string;
  readonly user?: string;
  readonly session?: string;
  readonly peer?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A reader of `/events/v1/stream`, written from northbound §2 alone. */
export class EventReader {
  readonly events: SeenEvent[] = [];
  readonly comments: string[] = [];
  /** Of the last event. */
  position: string | undefined;
  status: number | undefined;
  private text = '';
  private readonly call;
  readonly ended: Promise<void>;

  constructor(
    base: string,
    query = '',
    { lastEventID, token = ADMIN_TOKEN }: { lastEventID?: string | undefined; token?: string } = {},
  ) {
    this.position = lastEventID;
    this.call = request(`${base}/events/v1/stream${query}`, {
      agent: false,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(lastEventID === undefined ? {} : { 'Last-Event-ID': lastEventID }),
      },
    });
    this.ended = new Promise((resolve) => {
      this.call.on('error', () => resolve());
      this.call.on('response', (answer) => {
        this.status = answer.statusCode;
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => this.take(part));
        answer.on('error', () => resolve());
        answer.on('close', () => resolve());
      });
    });
    this.call.end();
  }

  close(): void {
    this.call.destroy();
  }

  private take(part: string): void {
    const blocks = `${this.text}${part}`.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) this.block(block.split('\n'));
  }

  private block(lines: readonly string[]): void {
    const fields = new Map<string, string>();
    for (const line of lines) {
      if (line.startsWith(':')) this.comments.push(line);
      const colon = line.indexOf(': ');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const data = fields.get('data');
    if (data === undefined) return;
    const event = JSON.parse(data) as SeenEvent;
    if (event.position !== fields.get('id') || event.type !== fields.get('event'))
      throw new Error(`id and event do not fit the data: ${lines.join('|')}`);
    this.events.push(event);
    this.position = event.position;
  }
}
