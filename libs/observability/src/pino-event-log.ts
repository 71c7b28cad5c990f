import { pino } from 'pino';
import { allowedFields, type EventFields } from './event-fields.js';
import type { EventLog } from './event-log.port.js';
import { safeLine } from './masking.js';
import { terminalLine } from './terminal-line.js';

export interface EventLogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go, standard output if not said. A terminal gets lines for a person, anything else JSON. */
  readonly output?: { write(line: string): unknown; readonly isTTY?: boolean | undefined };
}

/** One JSON object a line: `level`, `time` (ISO 8601, UTC), `pid`, `event`, and the allowed fields. */
export function createEventLog({ level, output = process.stdout }: EventLogOptions): EventLog {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => output.write(output.isTTY === true ? terminalLine(line) : line) },
  );
  const say =
    (pinoLevel: 'debug' | 'info' | 'warn' | 'error') =>
    (name: string, fields: EventFields = {}): void => {
      if (logger.isLevelEnabled(pinoLevel)) {
        logger[pinoLevel]({ event: safeLine(name), ...allowedFields(fields, pinoLevel === 'error') });
      }
    };
  return { debug: say('debug'), event: say('info'), warn: say('warn'), error: say('error') };
}
