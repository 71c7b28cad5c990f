import { Refusal } from './frame.js';

/** How a value stands in an attribute or a text. */
export interface ValueType<T> {
  parse(raw: string): T | Refusal;
  print(value: T): string;
}

/** White space as XML means it; `trim()` would take away more. */
const SPACE = ' \t\r\n';

export const trimSpace = (text: string): string => trimOf(text, SPACE);
export const trimLineBreaks = (text: string): string => trimOf(text, '\r\n');

function trimOf(text: string, signs: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && signs.includes(text.charAt(from))) from++;
  while (to > from && signs.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Up to `max` Unicode characters; surrogate pairs count as one. */
export function string(max: number): ValueType<string> {
  return {
    parse: (raw) => (isLonger(raw, max) ? new Refusal(402, `longer than ${max} characters`) : raw),
    print: (value) => value,
  };
}

/** The same where an empty value is as good as none. */
export function nonEmpty(max: number): ValueType<string> {
  const type = string(max);
  return { ...type, parse: (raw) => (raw === '' ? new Refusal(400, 'is empty') : type.parse(raw)) };
}

function isLonger(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > 2 * max) return true;
  return Array.from(text).length > max;
}

/** Whole decimal numbers from `min` to `max`, without a sign; leading zeros are harmless. */
export function integer(min: number, max: number): ValueType<number> {
  return {
    parse: (raw) => {
      const value = wholeNumber(trimSpace(raw));
      return value >= min && value <= max
        ? value
        : new Refusal(402, `not a whole number from ${min} to ${max}`);
    },
    print: (value) => String(value),
  };
}

/** NaN where anything else than digits stands. */
function wholeNumber(digits: string): number {
  let value = digits === '' ? NaN : 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : NaN;
  }
  return value;
}

export const yesNo: ValueType<boolean> = {
  parse: (raw) => (raw === 'Yes' ? true : raw === 'No' ? false : new Refusal(400, 'neither Yes nor No')),
  print: (value) => (value ? 'Yes' : 'No'),
};

/** The only value that the binding knows here. */
export function only<const T extends string>(word: T): ValueType<T> {
  return {
    parse: (raw) => (raw === word ? word : new Refusal(400, `not ${word}`)),
    print: (value) => value,
  };
}
