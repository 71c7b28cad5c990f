/** What a script goes by; docs/command-line.md says the same. */
export const EXIT = {
  done: 0,
  /** There is no such thing, it is in use, or it was changed meanwhile. */
  refused: 1,
  /** The command, an option or the configuration is wrong. */
  usage: 2,
  /** PostgreSQL or Redis cannot be reached, or do not answer. */
  unavailable: 3,
  /** The audit trail was changed. */
  unsound: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** @param status of HTTP */
export function exitCodeOf(status: number): ExitCode {
  if (status < 400) return EXIT.done;
  if (status === 400) return EXIT.usage;
  return status < 500 ? EXIT.refused : EXIT.unavailable;
}
