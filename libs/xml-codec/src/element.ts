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
  /** A child with the part's name begins, behind those that gave `values`; the receiver adds to them. */
  child(attributes: readonly XmlAttribute[], values: readonly unknown[], receiver: Receiver<unknown>): Frame;
  /** `text` is the whole text of the element, as it came; `values` came from its children with the part's name. */
  settle(attributes: readonly XmlAttribute[], text: string, values: readonly unknown[]): T | Refusal;
  write(value: T): string;
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
    open: (attributes, receiver) => wire.open(attributes, new MappedReceiver(wire.name, read, receiver)),
    write: (value) => wire.write(write(value)),
  };
}

class MappedReceiver<Wire, T> implements Receiver<Wire> {
  constructor(
    private readonly name: string,
    private readonly read: (value: Wire) => T | Refusal,
    private readonly receiver: Receiver<T>,
  ) {}

  take(found: Wire): void {
    const value = this.read(found);
    if (value instanceof Refusal) this.receiver.refuse(value.at(this.name));
    else this.receiver.take(value);
  }

  refuse(refusal: Refusal): void {
    this.receiver.refuse(refusal);
  }
}

/** Attributes of a foreign namespace are others, whatever their local name is. */
export function attributeValue(attributes: readonly XmlAttribute[], name: string): string | undefined {
  for (const attribute of attributes)
    if (attribute.name === name && attribute.namespace === '') return attribute.value;
  return undefined;
}

/** One field of a table. */
interface Row<T, K extends keyof T = keyof T> {
  readonly index: number;
  readonly field: K;
  readonly part: Part<T[K]>;
}

class TableElement<T extends object> implements Element<T> {
  readonly rows: readonly Row<T>[];
  private readonly rowOfChild = new Map<string, Row<T>>();
  private readonly fixed: readonly (readonly [name: string, word: string])[];

  constructor(
    readonly name: string,
    parts: Parts<T>,
    fixed: FixedAttributes,
  ) {
    const fields = Object.keys(parts) as (keyof T)[];
    this.rows = fields.map((field, index) => ({ index, field, part: parts[field] }));
    for (const row of this.rows) if (row.part.place === 'child') this.rowOfChild.set(row.part.name, row);
    this.fixed = Object.entries(fixed);
  }

  open(attributes: readonly XmlAttribute[], receiver: Receiver<T>): Frame {
    for (const [name, word] of this.fixed)
      if ((attributeValue(attributes, name) ?? word) !== word)
        receiver.refuse(new Refusal(400, `not ${word}`).at(name).at(this.name));
    return new ElementFrame(this, attributes, receiver);
  }

  write(value: T): string {
    let attributes = '';
    let content = '';
    for (const { field, part } of this.rows) {
      const text = part.write(value[field]);
      if (part.place === 'attribute') attributes += text;
      else content += text;
    }
    for (const [name, word] of this.fixed) attributes += attributeText(name, word);
    return elementText(this.name, attributes, content);
  }

  childRow(name: string): Row<T> | undefined {
    return this.rowOfChild.get(name);
  }
}

const NONE: readonly unknown[] = [];

class ElementFrame<T extends object> implements Frame {
  private content = '';
  /** By the rows of the table. */
  private children: ChildValues[] | undefined;

  constructor(
    private readonly table: TableElement<T>,
    private readonly attributes: readonly XmlAttribute[],
    private readonly receiver: Receiver<T>,
  ) {}

  child(name: string, home: boolean, attributes: readonly XmlAttribute[]): Frame {
    const row = home ? this.table.childRow(name) : undefined;
    if (row === undefined) return IGNORED;
    this.children ??= [];
    const found = (this.children[row.index] ??= new ChildValues(this.receiver));
    return row.part.child(attributes, found.values, found);
  }

  text(chunk: string): void {
    this.content += chunk;
  }

  /** The value has all fields, or a refusal for each that it has not. */
  close(): void {
    const { table, attributes, content, children } = this;
    const value: Partial<T> = {};
    let whole = true;
    for (const { index, field, part } of table.rows) {
      const settled = part.settle(attributes, content, children?.[index]?.values ?? NONE);
      if (settled instanceof Refusal) {
        whole = false;
        this.receiver.refuse(settled.at(part.name).at(table.name));
      } else value[field] = settled;
    }
    if (whole) this.receiver.take(value as T);
  }
}

class ChildValues implements Receiver<unknown> {
  readonly values: unknown[] = [];

  constructor(private readonly parent: { refuse(refusal: Refusal): void }) {}

  take(value: unknown): void {
    this.values.push(value);
  }

  refuse(refusal: Refusal): void {
    this.parent.refuse(refusal);
  }
}
