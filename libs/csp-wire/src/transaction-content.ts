import {
  attributeText,
  type Element,
  elementText,
  type Frame,
  IGNORED,
  type Receiver,
  type XmlAttribute,
} from '@sap2/xml-codec';
import type { CspVersion, DecodedCspMessage } from './messages.js';
import { NAMESPACES } from './namespaces.js';
import { primitiveTables, type TablePrimitive } from './primitives.table.js';

type Decoded = DecodedCspMessage['primitive'];
/** By the names on the wire. */
type Tables = ReadonlyMap<string, Element<Decoded>>;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** `TransactionContent` with its primitive. */
export function transactionContent(version: CspVersion): Element<Decoded> {
  const tables: Tables = new Map<string, Element<TablePrimitive>>(Object.entries(primitiveTables(version)));
  return {
    name: 'TransactionContent',
    open: (_attributes, receiver) => new ContentFrame(tables, receiver),
    write: (primitive) =>
      elementText(
        'TransactionContent',
        attributeText('xmlns', NAMESPACES[version].content),
        writePrimitive(tables, primitive),
      ),
  };
}

function writePrimitive(tables: Tables, primitive: Decoded): string {
  if (primitive.kind === 'empty') return '';
  if (primitive.kind === 'other') {
    if (!NAME.test(primitive.name)) throw new Error('The name of a primitive is not a plain name');
    return elementText(primitive.name, '', '');
  }
  const table = tables.get(primitive.kind);
  if (table === undefined) throw new Error('Only a whole primitive can be written');
  return table.write(primitive);
}

/** The first primitive counts. A fault in it is its own, since the handset gets a `Status` for it. */
class ContentFrame implements Frame {
  private primitive: Decoded | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly receiver: Receiver<Decoded>,
  ) {}

  child(name: string, _home: boolean, attributes: readonly XmlAttribute[]): Frame {
    if (this.primitive !== undefined) return IGNORED;
    const table = this.tables.get(name);
    if (table === undefined) {
      this.primitive = { kind: 'other', name: NAME.test(name) ? name : '' };
      return IGNORED;
    }
    return table.open(attributes, {
      take: (primitive) => (this.primitive ??= primitive),
      refuse: ({ code, why }) =>
        (this.primitive ??= { kind: 'faulty', name, code: code === 402 ? 402 : 400, detail: why }),
    });
  }

  text(): void {}

  close(): void {
    this.receiver.take(this.primitive ?? { kind: 'empty' });
  }
}
