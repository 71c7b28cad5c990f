import { SaxPushParser } from 'libxmljs2';
import { IGNORED, type Frame, type XmlAttribute } from './frame.js';

/** As the XML library gives it: local name, prefix, namespace (empty for none), value. */
type SaxAttribute = readonly [name: string, prefix: string, namespace: string, value: string];

/** The library takes a second argument that its typings leave out: whether this was the last chunk. */
interface PushParser {
  push(chunk: string, last: boolean): boolean;
}

/** What the library's complaints mean in our own words: its own ones repeat the input (ssp-binding §2). */
const COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [/^Opening and ending tag/, 'an end tag does not match its start tag'],
  [/^Entity/, 'an entity that is not one of the five predefined ones'],
  [/redefined$/m, 'an attribute twice in one element'],
  [/^Namespace prefix/, 'a namespace prefix that is not declared'],
  [/CharRef|invalid char|out of allowed range/i, 'a character that XML does not allow'],
  [/^XML declaration/, 'an XML declaration that is not at the very start'],
  [/^Extra content/, 'no root element, an unfinished one, or something after it'],
];

const named = ([name, , namespace, value]: SaxAttribute): XmlAttribute => ({ name, namespace, value });

/**
 * Feeds text to the XML library and its events to the frames. Stops for good at the first complaint, and as soon as
 * `stopped` says that the outcome stands.
 */
export class SaxReader {
  /** Why the document is not well-formed. */
  complaint: string | undefined;
  /** Start tags seen so far: tells where a fault is. */
  elements = 0;
  private readonly parser: PushParser;
  private readonly frames: Frame[];
  private defect: { readonly cause: unknown } | undefined;

  constructor(
    document: Frame,
    home: ReadonlySet<string | null>,
    private readonly stopped: () => boolean,
  ) {
    this.frames = [document];
    const parser = new SaxPushParser();
    parser.on(
      'startElementNS',
      this.guarded(
        (name: string, attributes: SaxAttribute[], _prefix: string | null, namespace: string | null) => {
          this.elements++;
          this.frames.push(this.top().child(name, home.has(namespace), attributes.map(named), namespace));
        },
      ),
    );
    parser.on(
      'endElementNS',
      this.guarded(() => (this.frames.pop() ?? IGNORED).close()),
    );
    parser.on(
      'characters',
      this.guarded((chunk: string) => this.top().text(chunk)),
    );
    parser.on(
      'cdata',
      this.guarded((chunk: string) => this.top().text(chunk)),
    );
    parser.on(
      'error',
      this.guarded((message: string) => this.complain(message)),
    );
    this.parser = parser;
  }

  get done(): boolean {
    return this.complaint !== undefined || this.stopped();
  }

  /** Throws what a frame threw: only a defect can. */
  push(chunk: string, last: boolean): void {
    if (!this.done) this.parser.push(chunk, last);
    if (this.defect) throw this.defect.cause;
  }

  private top(): Frame {
    return this.frames.at(-1) ?? IGNORED;
  }

  private complain(message: string): void {
    this.complaint = COMPLAINTS.find(([sign]) => sign.test(message))?.[1] ?? 'it is not XML';
  }

  /** No exception may pass through the native parser, which would go on calling; and after the outcome nothing counts. */
  private guarded<A extends unknown[]>(handle: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (this.defect || this.done) return;
      try {
        handle(...args);
      } catch (cause) {
        this.defect = { cause };
      }
    };
  }
}
