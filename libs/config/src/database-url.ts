import { postgresServers } from '@sap2/kernel';
import { z } from 'zod';

const hasDatabase = (url: string): boolean =>
  postgresServers(url).every((one) => URL.canParse(one) && new URL(one).pathname.length > 1);

/** As `pg` takes it; several hosts stand with commas between them. */
export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: 'does not start with postgres://', abort: true })
  .refine(hasDatabase, 'cannot be read as an address with the name of a database');
