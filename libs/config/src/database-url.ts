import { z } from 'zod';

const hasDatabase = (url: string): boolean => URL.canParse(url) && new URL(url).pathname.length > 1;

/** As `pg` takes it. */
export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: 'does not start with postgres://', abort: true })
  .refine(hasDatabase, 'cannot be read as an address with the name of a database');
