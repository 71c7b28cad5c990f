import type { Readable } from 'node:stream';

/** Why a body is not taken; the status is that of ssp-binding §2. */
export class BodyRefusal extends Error {
  constructor(
    readonly statusCode: 400 | 413 | 503,
    message: string,
  ) {
    super(message);
  }
}

export interface BodyBounds {
  /** Of one body. */
  readonly longest: number;
  /** Of all bodies that are under way at once. */
  readonly inAll: number;
  /** Of those whose sender has not proved who it is. */
  readonly ofStrangers: number;
}

/** What has come of a body, in one piece: a chunk of one byte costs a byte here, and some 200 as a buffer of its own. */
class GrowingBuffer {
  private bytes = Buffer.alloc(0);
  private length = 0;

  add(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    chunk.copy(this.bytes, this.length);
    this.length = length;
  }

  whole(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

interface Body {
  held: number;
  readonly isStranger: boolean;
  readonly giveUp: (refusal: BodyRefusal) => void;
}

/**
 * Reads bodies and bounds what all of them hold (docs/adr/0019). Where strangers hold too much, the oldest body of a
 * stranger goes: an honest one is whole within a moment, one that never ends is old.
 */
export class BodiesUnderWay {
  private readonly bodies = new Set<Body>();
  /** Bytes held now. */
  held = 0;
  private heldByStrangers = 0;

  constructor(private readonly bounds: BodyBounds) {}

  /**
   * The whole body.
   * @param isStranger the sender has not proved who it is
   * @throws BodyRefusal
   */
  read(payload: Readable, declared: number | undefined, isStranger: boolean): Promise<Buffer> {
    const { longest } = this.bounds;
    if (declared !== undefined && declared > longest) return Promise.reject(tooLong(longest));
    return new Promise((resolve, reject) => {
      const content = new GrowingBuffer();
      const end = (settle: () => void): void => {
        this.forget(body);
        payload.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
        settle();
      };
      const giveUp = (refusal: BodyRefusal): void =>
        end(() => {
          payload.resume();
          reject(refusal);
        });
      const body: Body = { held: 0, isStranger, giveUp };
      this.bodies.add(body);
      payload.on('data', (chunk: Buffer) => {
        content.add(chunk);
        this.hold(body, chunk.length);
      });
      payload.on('end', () => end(() => resolve(content.whole())));
      // The error of a broken body comes as its end; this listener keeps it from ending the process.
      payload.on('error', () => undefined);
      payload.on('close', () => giveUp(new BodyRefusal(400, 'The body broke off.')));
    });
  }

  private hold(body: Body, bytes: number): void {
    body.held += bytes;
    this.held += bytes;
    if (body.isStranger) this.heldByStrangers += bytes;
    if (body.held > this.bounds.longest) body.giveUp(tooLong(this.bounds.longest));
    // As many as it takes: the oldest may hold a byte, and the newest chunk 64 KB.
    while (this.heldByStrangers > this.bounds.ofStrangers) (this.oldest(true) ?? body).giveUp(crowded());
    while (this.held > this.bounds.inAll) (this.oldest(true) ?? body).giveUp(crowded());
  }

  private oldest(isStranger: boolean): Body | undefined {
    for (const body of this.bodies) if (body.isStranger === isStranger && body.held > 0) return body;
    return undefined;
  }

  private forget(body: Body): void {
    if (!this.bodies.delete(body)) return;
    this.held -= body.held;
    if (body.isStranger) this.heldByStrangers -= body.held;
  }
}

const tooLong = (longest: number): BodyRefusal =>
  new BodyRefusal(413, `The body is longer than ${longest} bytes.`);
const crowded = (): BodyRefusal => new BodyRefusal(503, 'Too many bodies are under way; try again later.');
