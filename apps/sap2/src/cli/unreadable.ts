import { UsageError } from '@sap2/terminal';

/** A file that was named can not be read. */
export const unreadable = (file: string, error: unknown): UsageError =>
  new UsageError(`${file} can not be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
