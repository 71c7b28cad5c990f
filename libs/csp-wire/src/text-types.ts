import { Refusal, string, trimSpace, type ValueType } from '@sap2/xml-codec';

/** What XML can only carry as an entity, or not at all. A handset cuts its text there (csp-front §3). */
const NOT_PLAIN = /[&<>\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/u;

export const isPlain = (text: string): boolean => !NOT_PLAIN.test(text);

/** Text of up to `max` characters, where an empty one is as good as none. */
export function someText(max: number): ValueType<string | undefined> {
  const type = string(max);
  return { parse: (raw) => (raw === '' ? undefined : type.parse(raw)), print: (value) => value ?? '' };
}

/** Text for people: the writer keeps letters, digits, blanks and `.,-`, and takes the accents from letters. */
export function description(max: number): ValueType<string | undefined> {
  return {
    ...someText(max),
    print: (value = '') =>
      trimSpace(
        value
          .normalize('NFKD')
          .replaceAll(/\p{Mark}/gu, '')
          .replaceAll(/[^A-Za-z0-9.,-]+/g, ' '),
      ),
  };
}

/** A name for people: the writer puts a blank in the place of each sign that is not plain. */
export function plainName(max: number): ValueType<string | undefined> {
  return {
    ...someText(max),
    print: (value = '') => trimSpace(value.replaceAll(new RegExp(NOT_PLAIN, 'gu'), ' ')),
  };
}

/** An id that travels back to its sender. Neither the reader nor the writer takes one that is not plain. */
export function plainId(max: number): ValueType<string | undefined> {
  const type = someText(max);
  return {
    parse: (raw) => (isPlain(raw) ? type.parse(raw) : new Refusal(402, 'has a sign that needs an entity')),
    print: (value = '') => {
      if (!isPlain(value)) throw new Error('An id of a CSP message needs an XML entity');
      return value;
    },
  };
}

export const boolean: ValueType<boolean> = {
  parse: (raw) => (raw === 'T' ? true : raw === 'F' ? false : new Refusal(402, 'neither T nor F')),
  print: (value) => (value ? 'T' : 'F'),
};

const LONGEST_TIME = 2 ** 31 - 1;

/** Whole seconds. A handset that means "for ever" names a number beyond all bounds; it gets the highest one. */
export const seconds: ValueType<number> = {
  parse: (raw) =>
    /^\d{1,64}$/.test(raw)
      ? Math.min(Number(raw), LONGEST_TIME)
      : new Refusal(402, 'not a whole number of seconds'),
  print: (value) => String(value),
};
