import { z } from 'zod';

/** What a reader of the configuration page wants to know; all of it is printed there. */
export interface About {
  readonly says: string;
  /** Why the default is what it is, or when to change it. */
  readonly why: string;
  /** Clause that asks for it; undefined: our own choice. */
  readonly source?: string;
}

/** One variable of the environment. Its schema takes the text of the environment, or the fallback where it is not set. */
export interface Variable<T> extends About {
  readonly schema: z.ZodType<T>;
  /** Completes "expected …". */
  readonly expected: string;
  /** Undefined: not set. */
  readonly fallback: string | number | undefined;
  readonly isSecret: boolean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
  /** Undefined: a count or a name that happens to be a number. */
  readonly unit: string | undefined;
}

const rangeOf =
  (unit: string | undefined) =>
  (from: number, to: number): Range => ({ from, to, unit });

export const count = rangeOf(undefined);
export const months = rangeOf('months');
export const days = rangeOf('days');
export const seconds = rangeOf('seconds');
export const milliseconds = rangeOf('milliseconds');
export const bytes = rangeOf('bytes');
export const kibibytes = rangeOf('KiB');

const DECIMAL = /^\d{1,15}$/;

const toNumber = (text: unknown): unknown =>
  typeof text === 'string' && DECIMAL.test(text) ? Number(text) : text;

export function integer(fallback: number, { from, to, unit }: Range, about: About): Variable<number> {
  return {
    ...about,
    schema: z.preprocess(toNumber, z.int().min(from).max(to)),
    expected: `a whole number ${unit === undefined ? '' : `of ${unit} `}from ${from} to ${to}`,
    fallback,
    isSecret: false,
  };
}

export function choice<const T extends string>(
  values: readonly [T, ...T[]],
  fallback: NoInfer<T>,
  about: About,
): Variable<T> {
  return {
    ...about,
    schema: z.enum(values),
    expected: `one of ${values.join(', ')}`,
    fallback,
    isSecret: false,
  };
}

export interface Text<T> extends About {
  readonly schema: z.ZodType<T>;
  readonly expected: string;
  readonly fallback?: string;
  readonly isSecret?: boolean;
}

export const text = <T>({ fallback, isSecret = false, ...rest }: Text<T>): Variable<T> => ({
  ...rest,
  fallback,
  isSecret,
});
