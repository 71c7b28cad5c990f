import { UsageError } from '@sap2/terminal';

/** A file that was named can not be read. */
export function unreadable(file: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UsageError(`${file} can not be read: ${code ?? message}`, { cause: error });
}
