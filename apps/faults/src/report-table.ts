import type { FaultReport } from './run-fault.js';

const WORST_SHOWN = 5;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** What people read in the end: one row for each fault, and what was wrong. */
export function reportTable(reports: readonly FaultReport[]): string {
  const width = Math.max(...reports.map(({ fault }) => fault.what.length), 'fault'.length);
  const line = (...[id, what, ...numbers]: readonly string[]): string =>
    [(id ?? '').padEnd(4), (what ?? '').padEnd(width), ...numbers.map((text) => text.padStart(12))].join(' ');
  return [
    line('', 'fault', 'operations', 'breaches', 'over in s', 'run in s'),
    ...reports.map(({ fault, operations, breaches, healMs, tookMs }) =>
      line(
        fault.id,
        fault.what,
        String(operations),
        String(breaches.length),
        healMs === undefined ? '-' : seconds(healMs),
        seconds(tookMs),
      ),
    ),
    ...reports.flatMap(({ fault, breaches }) => [
      ...breaches.slice(0, WORST_SHOWN).map((words) => `${fault.id}: ${words}`),
      ...(breaches.length > WORST_SHOWN ? [`${fault.id}: and ${breaches.length - WORST_SHOWN} more`] : []),
    ]),
  ].join('\n');
}
