import type { ErrorSummary } from './error-summary.js';

const COLOURS: Readonly<Record<string, string>> = {
  debug: '\u001b[2m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const RESET = '\u001b[0m';

const isSummary = (value: unknown): value is ErrorSummary =>
  typeof value === 'object' && value !== null && 'name' in value && 'message' in value;

function pair(name: string, value: unknown): string {
  if (isSummary(value)) {
    const code = value.code === undefined ? '' : ` [${value.code}]`;
    return `${value.name}${code}: ${value.message}${value.stack === undefined ? '' : `\n${value.stack}`}`;
  }
  const isPlain = typeof value === 'string' && !value.includes(' ');
  return `${name}=${isPlain ? value : JSON.stringify(value)}`;
}

/** One event of the JSON log as a line for a person: time, level, event, then what it says. */
export function terminalLine(json: string): string {
  const { time, level, event, pid: _, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clockTime = String(time).slice('2026-01-01T'.length, '2026-01-01T00:00:00.000'.length);
  const said = Object.entries(fields).map(([name, value]) => pair(name, value));
  const colour = COLOURS[String(level)];
  const label = String(level).padEnd('debug'.length);
  return `${clockTime} ${colour === undefined ? label : colour + label + RESET} ${[String(event), ...said].join(' ')}\n`;
}
