import { IGNORED, Refusal, type Frame, type Receiver, type XmlAttribute } from './frame.js';
import { attributeText, elementText } from './xml-text.js';

/** How one element is read and written; the only place that knows its name on the wire. */
export interface Element<T> {
  readonly name: string;
  open(attributes: readonly XmlAttribute[], receiver: Receiver<T>): Frame;
  write(value: T): string;
}

/** How one field of a value is read and written. */
export interface Part<T> {
  readonly place: 'attribute' | 'child' | 'text' | 'nowhere';
  /** Of the attribute or child. */
  readonly name: string;
  /** Called once for each element that begins. */
  begin(attributes: readonly XmlAttribute[]): Reading<T>;
  write(value: T): string;
}

/** One field of one element while that is being read. */
export interface Reading<T> {
  /** A child with the part's name begins. */
  child(attributes: readonly XmlAttribute[], refuse: (refusal: Refusal) => void): Frame;
  /** `text` is the whole text of the element, as it came. */
  settle(text: string): T | Refusal;
}

/** One part for each field of `T`; their order is the order on the wire. */
export type Parts<T> = { readonly [K in keyof T]-?: Part<T[K]> };

/** Attributes without a field: always written, and no other value is taken. */
export type FixedAttributes = Readonly<Record<string, string>>;

/** An element whose fields stand in attributes, children and text as `parts` says. What else it has is ignored. */
export const element = <T extends object>(
  name: string,
  parts: Parts<T>,
  fixed: FixedAttributes = {},
): Element<T> => new TableElement(name, parts, fixed);

/** The same element for a value of another shape than its parts. */
export function mapped<Wire, T>(
  wire: Element<Wire>,
  read: (value: Wire) => T | Refusal,
  write: (value: T) => Wire,
): Element<T> {
  return {
    name: wire.name,
    open: (attributes, receiver) =>
      wire.open(attributes, {
        take: (found) => {
          const value = read(found);
          if (value instanceof Refusal) receiver.refuse(value.at(wire.name));
          else receiver.take(value);
        },
        refuse: (refusal) => receiver.refuse(refusal),
      }),
    write: (value) => wire.write(write(value)),
  };
}

/** The first of these names counts. Attributes of a foreign namespace are others, whatever their local name is. */
export function attributeValue(
  attributes: readonly XmlAttribute[],
  ...names: readonly string[]
): string | undefined {
  for (const name of names)
    for (const attribute of attributes)
      if (attribute.name === name && attribute.namespace === '') return attribute.value;
  return undefined;
}

class TableElement<T extends object> implements Element<T> {
  private readonly fieldOfChild = new Map<string, Extract<keyof T, string>>();

  constructor(
    readonly name: string,
    readonly parts: Parts<T>,
    private readonly fixed: FixedAttributes,
  ) {
    for (const field in parts)
      if (parts[field].place === 'child') this.fieldOfChild.set(parts[field].name, field);
  }

  open(attributes: readonly XmlAttribute[], receiver: Receiver<T>): Frame {
    for (const [name, word] of Object.entries(this.fixed))
      if ((attributeValue(attributes, name) ?? word) !== word)
        receiver.refuse(new Refusal(400, `not ${word}`).at(name).at(this.name));
    return new ElementFrame(this, attributes, receiver);
  }

  write(value: T): string {
    let attributes = '';
    let content = '';
    for (const field in this.parts) {
      const text = this.parts[field].write(value[field]);
      if (this.parts[field].place === 'attribute') attributes += text;
      else content += text;
    }
    for (const [name, word] of Object.entries(this.fixed)) attributes += attributeText(name, word);
    return elementText(this.name, attributes, content);
  }

  childField(name: string): Extract<keyof T, string> | undefined {
    return this.fieldOfChild.get(name);
  }

  isWhole(value: Partial<T>): value is T {
    return Object.keys(this.parts).every((field) => field in value);
  }
}

type Readings<T> = { [K in keyof T]?: Reading<T[K]> };

class ElementFrame<T extends object> implements Frame {
  private readonly readings: Readings<T> = {};
  private content = '';

  constructor(
    private readonly table: TableElement<T>,
    attributes: readonly XmlAttribute[],
    private readonly receiver: Receiver<T>,
  ) {
    for (const field in table.parts) this.readings[field] = table.parts[field].begin(attributes);
  }

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    const field = home ? this.table.childField(name) : undefined;
    const reading = field && this.readings[field];
    return reading ? reading.child(attributes, (refusal) => this.receiver.refuse(refusal)) : IGNORED;
  }

  text(chunk: string): void {
    this.content += chunk;
  }

  /** The value has all fields, or a refusal for each that it has not. */
  close(): void {
    const value: Partial<T> = {};
    for (const field in this.readings) {
      const settled = this.readings[field]?.settle(this.content);
      if (settled instanceof Refusal)
        this.receiver.refuse(settled.at(this.table.parts[field].name).at(this.table.name));
      else value[field] = settled;
    }
    if (this.table.isWhole(value)) this.receiver.take(value);
  }
}
