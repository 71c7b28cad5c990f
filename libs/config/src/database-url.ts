import { postgresServers } from '@sap2/kernel';
import { z } from 'zod';

const hasDatabase = (url: string): boolean =>
  postgresServers(url).every((one) => URL.canParse(one) && new URL(one).pathname.length > 1);

/**
 * `pg` checks certificate and name for each of these modes. It warns in eight lines that a later version will not. The mode
 * that says what it does stays safe and silent.
 */
const withStrictMode = (url: string): string =>
  url.includes('uselibpqcompat=true')
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');

/** As `pg` takes it; several hosts stand with commas between them. */
export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: 'does not start with postgres://', abort: true })
  .refine(hasDatabase, 'cannot be read as an address with the name of a database')
  .transform(withStrictMode);
