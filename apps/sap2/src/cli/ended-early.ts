import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A command is over before its end. */
export class EndedEarly extends Error {
  override readonly name = 'EndedEarly';
  /** As a shell gives it of a process that a signal ended. */
  readonly exitCode: number;

  constructor(by: NodeJS.Signals) {
    super(`Ended early, by ${by}.`);
    this.exitCode = 128 + constants.signals[by];
  }
}

/**
 * Aborted by Ctrl-C, by a request to end, or when the reader closes the output (`sap2 user list | head`). A command
 * then stops, with everything that it started. A second Ctrl-C ends the process at once.
 */
export function endedEarly(): AbortSignal {
  const end = new AbortController();
  for (const signal of SIGNALS) process.once(signal, () => end.abort(new EndedEarly(signal)));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) =>
      end.abort(error.code === 'EPIPE' ? new EndedEarly('SIGPIPE') : error),
    );
  }
  return end.signal;
}
