import { attributeValue, element, mapped, type Element, type Part, type Reading } from './element.js';
import { IGNORED, Refusal, type XmlAttribute } from './frame.js';
import { trimSpace, yesNo, type ValueType } from './value-types.js';
import { attributeText, escapeText } from './xml-text.js';

const MISSING = new Refusal(400, 'is missing');

/** The reading of a field that no child fills. */
const reading = <T>(settle: (text: string) => T | Refusal): Reading<T> => ({ child: () => IGNORED, settle });

const readAttribute =
  <T, A>(type: ValueType<T>, absent: A | Refusal, ...names: string[]) =>
  (attributes: readonly XmlAttribute[]): Reading<T | A> => {
    const raw = attributeValue(attributes, ...names);
    return reading(() => (raw === undefined ? absent : type.parse(raw)));
  };

/** A field that must be there. */
export const attribute = <T>(name: string, type: ValueType<T>): Part<T> => ({
  place: 'attribute',
  name,
  begin: readAttribute<T, T>(type, MISSING, name),
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
  begin: readAttribute(type, undefined, name, ...misspelt),
  write: (value) => (value === undefined ? '' : attributeText(name, type.print(value))),
});

/** A field with a value for those who leave it out. */
export const attributeOr = <T>(name: string, type: ValueType<T>, otherwise: T): Part<T> => ({
  ...attribute(name, type),
  begin: readAttribute(type, otherwise, name),
});

/** A field that is written only where it is true. */
export const flag = (name: string): Part<boolean> => ({
  ...attributeOr(name, yesNo, false),
  write: (value) => (value ? attributeText(name, yesNo.print(value)) : ''),
});

/** The text of the element itself, without the padding of the field; `strip` says what counts as padding. */
export const content = <T>(type: ValueType<T>, strip: (text: string) => string = trimSpace): Part<T> => ({
  place: 'text',
  name: 'text',
  begin: () => reading((text) => type.parse(strip(text))),
  write: (value) => escapeText(type.print(value)),
});

/** The same, where no text means no value. */
export const optionalContent = <T>(type: ValueType<T>): Part<T | undefined> => ({
  place: 'text',
  name: 'text',
  begin: () => reading((text) => (trimSpace(text) === '' ? undefined : type.parse(trimSpace(text)))),
  write: (value) => (value === undefined ? '' : escapeText(type.print(value))),
});

/** Reads up to `max` children; `settle` says what they come to. */
const readChildren =
  <T, F>(of: Element<T>, max: number, settle: (values: readonly T[]) => F | Refusal) =>
  (): Reading<F> => {
    const values: T[] = [];
    return {
      child: (attributes, refuse) => {
        if (values.length < max) return of.open(attributes, { take: (value) => values.push(value), refuse });
        refuse(new Refusal(400, `more than ${max}`).at(of.name));
        return IGNORED;
      },
      settle: () => settle(values),
    };
  };

export const child = <T>(of: Element<T>): Part<T> => ({
  place: 'child',
  name: of.name,
  begin: readChildren(of, 1, ([value]) => value ?? MISSING),
  write: (value) => of.write(value),
});

export const optionalChild = <T>(of: Element<T>): Part<T | undefined> => ({
  place: 'child',
  name: of.name,
  begin: readChildren(of, 1, ([value]) => value),
  write: (value) => (value === undefined ? '' : of.write(value)),
});

/** None up to `max` children, each one value. */
export const children = <T>(of: Element<T>, max: number): Part<readonly T[]> => ({
  place: 'child',
  name: of.name,
  begin: readChildren(of, max, (values) => values),
  write: (values) => values.map((value) => of.write(value)).join(''),
});

/** A field that stands nowhere on the wire: `kind` as a rule. */
export const constant = <const T>(value: T): Part<T> => ({
  place: 'nowhere',
  name: '',
  begin: () => reading(() => value),
  write: () => '',
});

/** An element that is nothing but its text. */
export const textElement = <T>(
  name: string,
  type: ValueType<T>,
  strip?: (text: string) => string,
): Element<T> =>
  mapped(
    element<{ readonly value: T }>(name, { value: content(type, strip) }),
    ({ value }) => value,
    (value) => ({ value }),
  );
