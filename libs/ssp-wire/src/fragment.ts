import { Buffer } from 'node:buffer';
import {
  attributeText,
  type Element,
  elementText,
  escapeText,
  type Frame,
  IGNORED,
  Refusal,
  type XmlAttribute,
  trimSpace,
} from '@sap2/xml-codec';
import { SSP_NAMESPACES, type XmlFragment } from './messages.js';

/** ssp-binding §4: 16 KiB, counted as UTF-8 in the form that is kept. */
const MAX_FRAGMENT_BYTES = 16 * 1024;
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/**
 * An element whose content passes through uninterpreted. The codec writes it again in one canonical form: ordered
 * attributes, no comments, no white space between elements. It uses no outer prefixes. Elements of the binding's own
 * namespaces have no declaration, so they get the namespace of the new message.
 */
export function fragmentElement(name: string): Element<XmlFragment> {
  return {
    name,
    open: (_attributes, receiver) => {
      const budget = new Budget();
      return new FragmentFrame(budget, HOME, (content) => {
        const fragment = trimSpace(content);
        if (!budget.exceeded && fits(fragment)) receiver.take(fragment);
        else receiver.refuse(new Refusal(402, `longer than ${MAX_FRAGMENT_BYTES} bytes`).at(name));
      });
    },
    write: (fragment) => elementText(name, '', fragment),
  };
}

const fits = (written: string): written is XmlFragment => Buffer.byteLength(written) <= MAX_FRAGMENT_BYTES;

/** Stands for all namespaces of the binding. */
const HOME = SSP_NAMESPACES[0];

/** Spent before anything is written: one declaration may serve thousands of elements, and each would get one of its own. */
class Budget {
  private left = MAX_FRAGMENT_BYTES;

  get exceeded(): boolean {
    return this.left < 0;
  }

  spend(namespace: string, attributes: readonly XmlAttribute[]): void {
    this.left -= namespace.length;
    for (const { value } of attributes) this.left -= value.length;
    for (const space of foreignNamespaces(attributes)) this.left -= space.length;
  }
}

class FragmentFrame implements Frame {
  private content = '';
  private run = '';

  constructor(
    private readonly budget: Budget,
    private readonly namespace: string,
    private readonly done: (content: string) => void,
  ) {}

  child(name: string, home: boolean, attributes: readonly XmlAttribute[], namespace: string | null): Frame {
    this.endRun();
    const own = home ? HOME : (namespace ?? '');
    const changed = own !== this.namespace;
    this.budget.spend(changed ? own : '', attributes);
    if (this.budget.exceeded) return IGNORED;
    const start = (changed ? attributeText('xmlns', own) : '') + writeAttributes(attributes);
    return new FragmentFrame(this.budget, own, (content) => {
      this.content += elementText(name, start, content);
    });
  }

  text(chunk: string): void {
    this.run += chunk;
  }

  close(): void {
    this.endRun();
    this.done(this.content);
  }

  private endRun(): void {
    if (trimSpace(this.run) !== '') this.content += escapeText(this.run);
    this.run = '';
  }
}

const foreignNamespaces = (attributes: readonly XmlAttribute[]): readonly string[] =>
  [...new Set(attributes.map(({ namespace }) => namespace))]
    .filter((namespace) => namespace !== '' && namespace !== XML_NAMESPACE)
    .toSorted();

function writeAttributes(attributes: readonly XmlAttribute[]): string {
  const foreign = foreignNamespaces(attributes);
  const prefixOf = (namespace: string): string =>
    namespace === '' ? '' : namespace === XML_NAMESPACE ? 'xml:' : `n${foreign.indexOf(namespace)}:`;
  const declarations = foreign.map((namespace, index) => attributeText(`xmlns:n${index}`, namespace));
  const named = attributes.map(({ name, namespace, value }) =>
    attributeText(prefixOf(namespace) + name, value),
  );
  return [...declarations, ...named.toSorted()].join('');
}
