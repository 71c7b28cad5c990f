import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** A reader that is so far behind is closed, and continues at its position. */
const MOST_BEHIND_BYTES = 1024 * 1024;
/** A reader of older events sets the speed, but does not stop for longer. */
const LONGEST_STOP_MS = 30_000;

/** The answer of one reader of the stream. */
export class EventStream {
  private readonly leaving = new AbortController();
  private readonly raw: ServerResponse;
  hasBegun = false;

  constructor(
    private readonly reply: FastifyReply,
    /** Whose stream it is. */
    readonly token: string,
  ) {
    this.raw = reply.raw;
    this.raw.on('error', () => this.leaving.abort());
    this.raw.once('close', () => this.leaving.abort());
  }

  /** Aborted when the reader has gone, or was closed. */
  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  begin(): void {
    if (this.signal.aborted || this.hasBegun) return;
    this.hasBegun = true;
    this.reply.hijack();
    this.raw.writeHead(200, {
      ...(this.reply.getHeaders() as Record<string, string>),
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    this.raw.flushHeaders();
  }

  /** Resolves when the reader has taken most of it. */
  async sendSlowly(frames: readonly Buffer[]): Promise<void> {
    for (const frame of frames) {
      if (this.signal.aborted) return;
      if (this.raw.write(frame)) continue;
      const stop = setTimeout(() => this.cut(), LONGEST_STOP_MS);
      await once(this.raw, 'drain', { signal: this.signal }).catch(() => undefined);
      clearTimeout(stop);
    }
  }

  /** What one look found may be long, so only what the reader did not take before counts. */
  send(frames: readonly Buffer[]): void {
    if (!this.hasBegun || this.signal.aborted) return;
    if (this.raw.writableLength > MOST_BEHIND_BYTES) this.cut();
    else for (const frame of frames) this.raw.write(frame);
  }

  /** The reader gets what was sent, and then the end. */
  end(): void {
    if (this.hasBegun) this.raw.end();
    this.leaving.abort();
  }

  private cut(): void {
    this.raw.destroy();
    this.leaving.abort();
  }
}
