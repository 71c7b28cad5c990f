import type { Readable } from 'node:stream';
import type { Speaker } from './fair-shares.js';

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
  /** Of all bodies together. */
  readonly inAll: number;
  /** Of those whose sender has not proved who it is. */
  readonly ofStrangers: number;
}

/** The arrived part of a body, in one piece. As a separate buffer, a chunk of one byte would cost about 200 bytes. */
class GrowingBuffer {
  private bytes: Buffer = Buffer.alloc(0);
  length = 0;

  /** @param most that will come: it grows no further */
  constructor(private readonly most: number) {}

  /** How much memory it takes. */
  get size(): number {
    return this.bytes.length;
  }

  add(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (chunk.length === this.most && chunk.buffer.byteLength === chunk.length) {
      // The whole body came at once, and its memory holds nothing else.
      this.bytes = chunk;
      this.length = length;
      return;
    }
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * this.bytes.length, this.most)));
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

/** Who sent some bodies, and what they hold. */
interface Sender {
  readonly name: string;
  readonly isStranger: boolean;
  /** The oldest first. */
  readonly bodies: Set<Body>;
  held: number;
}

interface Body {
  sender: Sender;
  held: number;
  state: 'arriving' | 'whole' | 'at work';
  readonly giveUp: (refusal: BodyRefusal) => void;
}

/**
 * Reads bodies and limits their memory until their messages are answered (docs/adr/0019). A sender may hold as much as it
 * leaves free. Beyond that, the oldest arriving body of the sender with the most bytes must go. An honest body is complete
 * within a moment, and one that never ends is old. A complete body stays.
 */
export class BodiesUnderWay {
  private readonly bodies = new Map<Readable, Body>();
  private readonly senders = new Map<string, Sender>();
  /** Bytes held now. */
  ofStrangers = 0;
  ofPeers = 0;

  constructor(private readonly bounds: BodyBounds) {}

  get held(): number {
    return this.ofStrangers + this.ofPeers;
  }

  /**
   * The whole body, which counts until it is released.
   * @throws BodyRefusal
   */
  read(payload: Readable, declared: number | undefined, from: Speaker): Promise<Buffer> {
    const { longest } = this.bounds;
    if (declared !== undefined && declared > longest) return Promise.reject(tooLong(longest));
    return new Promise((resolve, reject) => {
      const content = new GrowingBuffer(declared ?? longest);
      const take = (chunk: Buffer): void => {
        if (content.length + chunk.length > longest) return giveUp(tooLong(longest));
        content.add(chunk);
        this.hold(body, content.size - body.held);
      };
      const end = (): void => {
        stopReading();
        body.state = 'whole';
        resolve(content.whole());
      };
      const breakOff = (): void => giveUp(new BodyRefusal(400, 'The body broke off.'));
      const stopReading = (): void => {
        payload.off('data', take).off('end', end).off('close', breakOff);
      };
      const giveUp = (refusal: BodyRefusal): void => {
        this.forget(payload);
        stopReading();
        payload.resume();
        reject(refusal);
      };
      const body: Body = { sender: this.sender(from), held: 0, state: 'arriving', giveUp };
      body.sender.bodies.add(body);
      this.bodies.set(payload, body);
      // The error of a broken body comes as its end; this listener keeps it from ending the process.
      payload.on('data', take).on('end', end).on('close', breakOff).on('error', ignore);
    });
  }

  /** What is done with a whole body. It counts as long, even when its sender is gone. */
  async whileAtWork<R>(payload: Readable, work: () => Promise<R>): Promise<R> {
    const body = this.bodies.get(payload);
    if (body !== undefined) body.state = 'at work';
    try {
      return await work();
    } finally {
      this.forget(payload);
    }
  }

  /** The sender of a body has turned out to be this peer. */
  recognise(payload: Readable, peer: string): void {
    const body = this.bodies.get(payload);
    if (body === undefined) return;
    const { held } = body;
    this.count(body, -held);
    this.leave(body);
    body.sender = this.sender({ peer });
    body.sender.bodies.add(body);
    this.count(body, held);
  }

  /** The request is over. A body that is at work stays counted until the work is done. */
  release(payload: Readable): void {
    if (this.bodies.get(payload)?.state === 'whole') this.forget(payload);
  }

  private hold(body: Body, bytes: number): void {
    if (bytes === 0) return;
    this.count(body, bytes);
    // As many as it takes: the oldest may hold a byte, and the newest chunk 64 KB.
    while (body.sender.bodies.has(body) && this.isTooMuch(body.sender)) this.victimFor(body).giveUp(noRoom());
  }

  private isTooMuch({ isStranger, held }: Sender): boolean {
    const { inAll, ofStrangers } = this.bounds;
    const free = Math.min(inAll - this.held, isStranger ? ofStrangers - this.ofStrangers : inAll);
    return held > free && (free < 0 || this.bodies.size > 1);
  }

  /** Strangers never cost a peer its body. A sender with one body may cost others theirs, the oldest first. */
  private victimFor(body: Body): Body {
    const { sender } = body;
    const others = [...this.senders.values()].filter(
      (one) => one !== sender && (one.isStranger || !sender.isStranger) && oldestOf(one) !== undefined,
    );
    const least = sender.bodies.size === 1 ? 0 : sender.held;
    const most = others.reduce((held, one) => Math.max(held, one.held), least);
    const crowded = others.find(({ held }) => held === most) ?? sender;
    return oldestOf(crowded) ?? body;
  }

  private sender(from: Speaker): Sender {
    const isStranger = !('peer' in from);
    const name = isStranger ? `address ${from.address}` : `peer ${from.peer}`;
    const sender = this.senders.get(name) ?? { name, isStranger, bodies: new Set(), held: 0 };
    this.senders.set(name, sender);
    return sender;
  }

  private count(body: Body, bytes: number): void {
    body.held += bytes;
    body.sender.held += bytes;
    if (body.sender.isStranger) this.ofStrangers += bytes;
    else this.ofPeers += bytes;
  }

  private leave(body: Body): void {
    const { sender } = body;
    sender.bodies.delete(body);
    if (sender.bodies.size === 0) this.senders.delete(sender.name);
  }

  private forget(payload: Readable): void {
    const body = this.bodies.get(payload);
    if (body === undefined) return;
    this.bodies.delete(payload);
    this.count(body, -body.held);
    this.leave(body);
  }
}

function oldestOf({ bodies }: Sender): Body | undefined {
  for (const body of bodies) if (body.state === 'arriving' && body.held > 0) return body;
  return undefined;
}

const ignore = (): void => undefined;
const tooLong = (longest: number): BodyRefusal =>
  new BodyRefusal(413, `The body is longer than ${longest} bytes.`);
const noRoom = (): BodyRefusal => new BodyRefusal(503, 'Too many bodies are under way; try again later.');
