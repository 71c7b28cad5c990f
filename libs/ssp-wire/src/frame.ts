import { SSP_NAMESPACES, type SspNamespace } from './messages.js';

/** As the XML library gives it: local name, prefix, namespace (empty for none), value. */
export type SaxAttribute = readonly [name: string, prefix: string, namespace: string, value: string];

/** An element that is open: what the reader tells it until its end tag. */
export interface Frame {
  /** The frame of a child that begins; it gets everything up to the child's end. */
  child(name: string, namespace: string | null, attributes: readonly SaxAttribute[]): Frame;
  /** A text may come in several chunks. */
  text(chunk: string): void;
  close(): void;
}

/** An element that nobody asked for, with all that is in it (ssp-binding, Style). */
export const IGNORED: Frame = { child: () => IGNORED, text: () => {}, close: () => {} };

/** Why a value was not taken: 400 bad form, 402 bad value, 405 unknown primitive. `why` never has a part of the input. */
export class Refusal {
  constructor(
    readonly code: 400 | 402 | 405,
    readonly why: string,
  ) {}

  /** The same, saying where: `place` is a name of the tables. */
  at(place: string): Refusal {
    return new Refusal(this.code, `${place}: ${this.why}`);
  }
}

/** Who waits for the value of an element. Where any refusal came, the first one counts and no value does. */
export interface Receiver<T> {
  take(value: T): void;
  refuse(refusal: Refusal): void;
}

export const isSspNamespace = (namespace: string | null): namespace is SspNamespace =>
  SSP_NAMESPACES.some((known) => known === namespace);
