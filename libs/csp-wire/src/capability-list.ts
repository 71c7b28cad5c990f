import {
  type Element,
  elementText,
  escapeText,
  type Frame,
  IGNORED,
  type Receiver,
  Refusal,
  textElement,
  type XmlAttribute,
} from '@sap2/xml-codec';
import { type Capability, CAPABILITY_NAMES, type CapabilityList, type CapabilityName } from './messages.js';
import { isPlain, someText } from './text-types.js';

const MAX_ENTRIES = 64;
const value = someText(256);

/** The element of each name that the reader knows; some have a second spelling. */
const ENTRIES: ReadonlyMap<
  string,
  { readonly name: CapabilityName; readonly of: Element<string | undefined> }
> = new Map([
  ...CAPABILITY_NAMES.map((name) => [name, { name, of: textElement(name, value) }] as const),
  ['AcceptedCharset', { name: 'AcceptedCharSet', of: textElement('AcceptedCharset', value) }],
]);

const POSITIONS = new Map(CAPABILITY_NAMES.map((name, position) => [name, position]));
const positionOf = ({ name }: Capability): number => POSITIONS.get(name) ?? CAPABILITY_NAMES.length;

const inOrder = (list: CapabilityList): CapabilityList =>
  list.toSorted((one, other) => positionOf(one) - positionOf(other));

/** The entries as XML, without the element around them. */
export const entriesText = (list: CapabilityList): string =>
  inOrder(list)
    .map((entry) => elementText(entry.name, '', escapeText(entry.value)))
    .join('');

/** `forHandset`: an entry that needs an XML entity is left out, since the handset could not read it. */
export const capabilityList = (name: string, forHandset: boolean): Element<CapabilityList> => ({
  name,
  open: (_attributes, receiver) => new ListFrame(name, receiver),
  write: (list) =>
    elementText(name, '', entriesText(forHandset ? list.filter((entry) => isPlain(entry.value)) : list)),
});

class ListFrame implements Frame {
  private readonly list: Capability[] = [];

  constructor(
    private readonly name: string,
    private readonly receiver: Receiver<CapabilityList>,
  ) {}

  child(name: string, _home: boolean, attributes: readonly XmlAttribute[]): Frame {
    const known = ENTRIES.get(name);
    if (known === undefined) return IGNORED;
    return known.of.open(attributes, {
      take: (text) => this.add(known.name, text),
      refuse: (refusal) => this.receiver.refuse(refusal.at(this.name)),
    });
  }

  text(): void {}

  close(): void {
    this.receiver.take(inOrder(this.list));
  }

  private add(name: CapabilityName, text: string | undefined): void {
    if (text === undefined) return;
    if (this.list.length < MAX_ENTRIES) this.list.push({ name, value: text });
    else this.receiver.refuse(new Refusal(402, `more than ${MAX_ENTRIES} entries`).at(this.name));
  }
}
