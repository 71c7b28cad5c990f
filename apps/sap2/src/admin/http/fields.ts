import { entryRules } from '@sap2/administration';
import { z } from 'zod';

const WHOLE = /^\d{1,10}$/;

export const wholeNumber = (from: number, to: number): z.ZodType<number> =>
  z.preprocess(
    (text) => (typeof text === 'string' && WHOLE.test(text) ? Number(text) : text),
    z
      .number(`must be a whole number from ${from} to ${to}`)
      .int(`must be a whole number from ${from} to ${to}`)
      .min(from)
      .max(to),
  );

export const yesOrNo: z.ZodType<boolean> = z.preprocess(
  (text) => (text === 'true' ? true : text === 'false' ? false : text),
  z.boolean('must be true or false'),
);

/** In the document a time is what is sent: a text. */
export const { time, plainText, shortText } = entryRules;

/** What is left out, and a null that takes away, stay as they are. */
export function msOf(rfc3339: string): number;
export function msOf(rfc3339: string | undefined): number | undefined;
export function msOf(rfc3339: string | null | undefined): number | null | undefined;
export function msOf(rfc3339: string | null | undefined): number | null | undefined {
  return typeof rfc3339 === 'string' ? Date.parse(rfc3339) : rfc3339;
}
export const timeOf = (ms: number): string => new Date(ms).toISOString();

const PAGE_DEFAULT = 50;
/** A page an administrator can read, and a query that costs the same at any depth. */
const MAX_PAGE = 500;

export const PAGE_QUERY = {
  limit: wholeNumber(1, MAX_PAGE).default(PAGE_DEFAULT).describe(`Items of one page, 1 to ${MAX_PAGE}.`),
  cursor: shortText.optional().describe('`nextCursor` of an earlier answer to the same question.'),
} as const;

export const pageOf = <Item extends z.ZodType>(item: Item) => {
  const page = z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('The `cursor` of the next page; null on the last page.'),
  });
  const id = item.meta()?.id;
  return id === undefined ? page : page.meta({ id: `${id}Page` });
};
