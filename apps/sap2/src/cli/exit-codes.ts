/** What a script goes by; docs/command-line.md says the same. */
export const EXIT = {
  done: 0,
  /** There is no such thing, it is in use, or it was changed meanwhile. */
  refused: 1,
  /** The command, an option or the configuration is wrong. */
  usage: 2,
  /** PostgreSQL or Redis is unreachable, does not answer, or refuses the service. */
  unavailable: 3,
  /** The audit trail was changed, or the stores do not agree. */
  unsound: 4,
  /** A defect of ours (sysexits.h EX_SOFTWARE). */
  defect: 70,
} as const;

/** One of `EXIT`, or above 128 the signal that ended the command. */
export type ExitCode = number;

export function exitCodeOf(status: number): ExitCode {
  if (status < 400) return EXIT.done;
  if (status === 400) return EXIT.usage;
  if (status === 503) return EXIT.unavailable;
  return status < 500 ? EXIT.refused : EXIT.defect;
}
