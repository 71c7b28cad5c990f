const TOKEN = new RegExp(
  [
    String.raw`<\?[^]*?\?>`,
    String.raw`</(?<closes>[\w:.-]+)\s*>`,
    String.raw`<(?<opens>[\w:.-]+)(?<attributes>(?:\s+[\w:.-]+="[^"<]*")*)\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'guy',
);
const ATTRIBUTE = /([\w:.-]+)="([^"]*)"/gu;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));|&/gu, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    const sign = ENTITIES[String(name)];
    if (sign === undefined) throw new Error(`not well-formed: ${whole}`);
    return sign;
  });
}

/** One element of what SAP 2 sent. */
export class XmlElement {
  readonly children: XmlElement[] = [];
  /** Of this element alone, without the white space around it. */
  text = '';

  constructor(
    readonly name: string,
    readonly namespace: string | undefined,
    private readonly attributes: ReadonlyMap<string, string>,
  ) {}

  attribute(name: string): string | undefined {
    return this.attributes.get(name);
  }

  /** @throws Error if there are several */
  child(name: string): XmlElement | undefined {
    const found = this.all(name);
    if (found.length > 1) throw new Error(`${found.length} children ${name} in ${this.name}`);
    return found[0];
  }

  all(name: string): readonly XmlElement[] {
    return this.children.filter((child) => child.name === name);
  }

  /** @throws Error if there is not exactly one child */
  get onlyChild(): XmlElement {
    const [child] = this.children;
    if (child === undefined || this.children.length > 1)
      throw new Error(`${this.children.length} children in ${this.name}`);
    return child;
  }

  /** Names of the children, each with the names of its own: `ServiceFunc(GETSPI SRCH)`. */
  get outline(): string {
    return this.children
      .map(({ name, outline }) => (outline === '' ? name : `${name}(${outline})`))
      .join(' ');
  }
}

/** An element that is not closed yet, with the namespaces that are in force in it. */
interface OpenElement {
  readonly element: XmlElement;
  readonly tag: string;
  readonly namespaces: ReadonlyMap<string, string>;
}

function open(tag: string, attributeText: string, { namespaces: outer }: OpenElement): OpenElement {
  const attributes = new Map<string, string>();
  const namespaces = new Map(outer);
  for (const [, name = '', value = ''] of attributeText.matchAll(ATTRIBUTE)) {
    const declared = /^xmlns(?::(.+))?$/u.exec(name);
    if (declared) namespaces.set(declared[1] ?? '', unescape(value));
    else if (attributes.has(name)) throw new Error(`not well-formed: ${name} twice in ${tag}`);
    else attributes.set(name, unescape(value));
  }
  const [local = tag, prefix = ''] = tag.split(':').toReversed();
  return { element: new XmlElement(local, namespaces.get(prefix), attributes), tag, namespaces };
}

/** Takes in one token: the stack of open elements is as it has to be after it. */
function take(stack: OpenElement[], token: Readonly<Record<string, string | undefined>>): void {
  const { opens, closes, attributes = '', empty, text } = token;
  const top = stack.at(-1);
  if (top === undefined) throw new Error('not well-formed: something after the root');
  if (text !== undefined) top.element.text += unescape(text);
  if (closes !== undefined && stack.pop()?.tag !== closes) throw new Error(`not well-formed: </${closes}>`);
  if (opens === undefined) return;
  const opened = open(opens, attributes, top);
  top.element.children.push(opened.element);
  if (empty === '') stack.push(opened);
}

/**
 * Reads the plain XML that a peer may expect of SAP 2: no DTD, no comments.
 *
 * @throws Error for any other input
 */
export function readXml(source: string): XmlElement {
  const root = new XmlElement('', undefined, new Map());
  const stack: OpenElement[] = [{ element: root, tag: '', namespaces: new Map() }];
  let read = 0;
  for (const { 0: token, groups = {} } of source.matchAll(TOKEN)) {
    read += token.length;
    take(stack, groups);
  }
  if (read !== source.length) throw new Error(`not well-formed: ${source.slice(read, read + 80)}`);
  if (stack.length !== 1) throw new Error('not well-formed: an element is not closed');
  trim(root);
  return root.onlyChild;
}

function trim(element: XmlElement): void {
  element.text = element.text.trim();
  element.children.forEach(trim);
}
