import { attributeValue, type Element, type Part } from './element.js';
import { IGNORED, Refusal, type Frame, type Receiver, type XmlAttribute } from './frame.js';
import { trimSpace, yesNo, type ValueType } from './value-types.js';
import { attributeText, elementText, escapeText } from './xml-text.js';

const MISSING = new Refusal(400, 'is missing');

/** Fields without children ignore a child. */
const childless = (): Frame => IGNORED;

const readAttribute =
  <T, A>(type: ValueType<T>, absent: A | Refusal, name: string, ...misspelt: string[]) =>
  (attributes: readonly XmlAttribute[]): T | A | Refusal => {
    let raw = attributeValue(attributes, name);
    for (const other of misspelt) raw ??= attributeValue(attributes, other);
    return raw === undefined ? absent : type.parse(raw);
  };

/** A field that must be there. */
export const attribute = <T>(name: string, type: ValueType<T>): Part<T> => ({
  place: 'attribute',
  name,
  child: childless,
  settle: readAttribute<T, T>(type, MISSING, name),
  write: (value) => attributeText(name, type.print(value)),
});

/** `misspelt` are other names for the same, seen in the field; the right one wins where both came. */
export const optionalAttribute = <T>(
  name: string,
  type: ValueType<T>,
  ...misspelt: string[]
): Part<T | undefined> => ({
  place: 'attribute',
  name,
  child: childless,
  settle: readAttribute(type, undefined, name, ...misspelt),
  write: (value) => (value === undefined ? '' : attributeText(name, type.print(value))),
});

/** A field with a value for those who leave it out. */
export const attributeOr = <T>(name: string, type: ValueType<T>, otherwise: T): Part<T> => ({
  ...attribute(name, type),
  settle: readAttribute(type, otherwise, name),
});

/** A field that is written only where it is true. */
export const flag = (name: string): Part<boolean> => ({
  ...attributeOr(name, yesNo, false),
  write: (value) => (value ? attributeText(name, yesNo.print(value)) : ''),
});

/** The text of the element itself, without the padding of existing peers; `strip` says what counts as padding. */
export const content = <T>(type: ValueType<T>, strip: (text: string) => string = trimSpace): Part<T> => ({
  place: 'text',
  name: 'text',
  child: childless,
  settle: (_attributes, text) => type.parse(strip(text)),
  write: (value) => escapeText(type.print(value)),
});

/** The same, where no text means no value. */
export const optionalContent = <T>(type: ValueType<T>): Part<T | undefined> => ({
  place: 'text',
  name: 'text',
  child: childless,
  settle: (_attributes, text) => {
    const trimmed = trimSpace(text);
    return trimmed === '' ? undefined : type.parse(trimmed);
  },
  write: (value) => (value === undefined ? '' : escapeText(type.print(value))),
});

/** Opens up to `max` children. */
const openChildren =
  <T>(of: Element<T>, max: number): Part<unknown>['child'] =>
  (attributes, values, receiver) => {
    if (values.length < max) return of.open(attributes, receiver);
    receiver.refuse(new Refusal(400, `more than ${max}`).at(of.name));
    return IGNORED;
  };

export const child = <T>(of: Element<T>): Part<T> => ({
  place: 'child',
  name: of.name,
  child: openChildren(of, 1),
  settle: (_attributes, _text, values) => (values.length === 0 ? MISSING : (values[0] as T)),
  write: (value) => of.write(value),
});

export const optionalChild = <T>(of: Element<T>): Part<T | undefined> => ({
  place: 'child',
  name: of.name,
  child: openChildren(of, 1),
  settle: (_attributes, _text, values) => values[0] as T | undefined,
  write: (value) => (value === undefined ? '' : of.write(value)),
});

/** None up to `max` children, each one value. */
export const children = <T>(of: Element<T>, max: number): Part<readonly T[]> => ({
  place: 'child',
  name: of.name,
  child: openChildren(of, max),
  settle: (_attributes, _text, values) => values as readonly T[],
  write: (values) => {
    let text = '';
    for (const value of values) text += of.write(value);
    return text;
  },
});

/** A field that stands nowhere on the wire: `kind` as a rule. */
export const constant = <const T>(value: T): Part<T> => ({
  place: 'nowhere',
  name: '',
  child: childless,
  settle: () => value,
  write: () => '',
});

/** An element that is nothing but its text. */
export const textElement = <T>(
  name: string,
  type: ValueType<T>,
  strip: (text: string) => string = trimSpace,
): Element<T> => ({
  name,
  open: (_attributes, receiver) => new TextFrame(name, (text) => type.parse(strip(text)), receiver),
  write: (value) => elementText(name, '', escapeText(type.print(value))),
});

class TextFrame<T> implements Frame {
  private content = '';

  constructor(
    private readonly name: string,
    private readonly parse: (text: string) => T | Refusal,
    private readonly receiver: Receiver<T>,
  ) {}

  child(): Frame {
    return IGNORED;
  }

  text(chunk: string): void {
    this.content += chunk;
  }

  close(): void {
    const value = this.parse(this.content);
    if (value instanceof Refusal) this.receiver.refuse(value.at('text').at(this.name));
    else this.receiver.take(value);
  }
}
