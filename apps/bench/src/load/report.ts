import type { LoadCase } from './cases.js';
import type { Measured } from './processes.js';

/** Of an odd number of runs the one in the middle; by operations a second. */
export function medianRun(runs: readonly Measured<string>[]): Measured<string> {
  const sorted = runs.toSorted((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** A table of one case: a row for each service and baseline. Shares are of the first row's rate. */
export function tableOf({ name, unit }: LoadCase, bySubject: ReadonlyMap<string, Measured<string>>): string {
  const [first] = bySubject.values();
  const rows = [...bySubject].map(([subject, run]) => [
    subject,
    run.perSecond.toFixed(0),
    `${((100 * (first?.perSecond ?? NaN)) / run.perSecond).toFixed(0)} %`,
    run.p50Ms.toFixed(2),
    run.p99Ms.toFixed(2),
    Object.entries(run.usage)
      .map(
        ([process, { cpu, memoryMib }]) => `${process} ${cpu.toFixed(2)} cores ${memoryMib.toFixed(0)} MiB`,
      )
      .join(', '),
    `${run.cpu.toFixed(2)}${run.isBottleneck ? ' (the bottleneck)' : ''}`,
    errorsOf(run),
  ]);
  const head = ['', 'a second', 'service ÷ it', 'p50 ms', 'p99 ms', 'used', 'generator', 'errors'];
  return [`\n${name}: ${unit}`, ...aligned([head, ...rows])].join('\n');
}

const errorsOf = ({ errors }: Measured<string>): string =>
  Object.entries(errors)
    .map(([what, count]) => `${count} × ${what}`)
    .join(', ') || 'none';

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
