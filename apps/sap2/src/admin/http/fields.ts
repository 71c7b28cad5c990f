import { z } from 'zod';
import { MAX_PAGE, PAGE_DEFAULT } from './page-limits.js';

const WHOLE = /^\d{1,10}$/;

/** A whole number in a query. */
export const wholeNumber = (from: number, to: number): z.ZodType<number> =>
  z.preprocess(
    (text) => (typeof text === 'string' && WHOLE.test(text) ? Number(text) : text),
    z
      .number(`It must be a whole number from ${from} to ${to}.`)
      .int(`It must be a whole number from ${from} to ${to}.`)
      .min(from)
      .max(to),
  );

/** `true` or `false` in a query. */
export const yesOrNo: z.ZodType<boolean> = z.preprocess(
  (text) => (text === 'true' ? true : text === 'false' ? false : text),
  z.boolean('It must be true or false.'),
);

/** RFC 3339 with an offset; kept as milliseconds since 1970. In the document it is what is sent: a text. */
export const time = z.iso
  .datetime({ offset: true, error: 'It must be a time as in RFC 3339, e.g. 2026-11-27T12:00:00Z.' })
  .meta({ format: 'date-time' });

export const msOf = (rfc3339: string): number => Date.parse(rfc3339);
export const timeOf = (ms: number): string => new Date(ms).toISOString();

/** Longest text in a filter or a path: longer than any name. */
const MAX_TEXT = 1024;
/** Text that PostgreSQL takes (no NUL) and that a terminal shows as it is. */
export const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'It must be text without control characters.');

export const shortText = plainText(MAX_TEXT);

/** The query of every list. */
export const PAGE_QUERY = {
  limit: wholeNumber(1, MAX_PAGE).default(PAGE_DEFAULT).describe(`Items of one page, 1 to ${MAX_PAGE}.`),
  cursor: shortText.optional().describe('`nextCursor` of an earlier answer to the same question.'),
} as const;

/** The answer of every list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Give it as `cursor` to go on; null at the end.'),
  });
