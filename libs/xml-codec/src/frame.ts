/** An attribute that declares no namespace. */
export interface XmlAttribute {
  /** Without a prefix. */
  readonly name: string;
  /** Empty for none. */
  readonly namespace: string;
  readonly value: string;
}

/** An element that is open: what the reader tells it until its end tag. */
export interface Frame {
  /**
   * The frame of a child that begins; it gets everything up to the child's end.
   *
   * @param name its local name
   * @param home whether its namespace is one of the dialect that is read; no table knows an element of another one
   * @param namespace as it came; null: the element has no namespace
   */
  child(name: string, home: boolean, attributes: readonly XmlAttribute[], namespace: string | null): Frame;
  /** A text may come in several chunks. */
  text(chunk: string): void;
  close(): void;
}

/** An element that the tables do not know. The reader skips it with all that is in it. */
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
