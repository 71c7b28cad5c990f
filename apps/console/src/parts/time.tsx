import { TEXTS } from '../texts.js';

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the zone of the person; UTC while one points at it, and for screen readers in the same words. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  if (at === null || at === undefined) return <span>{TEXTS.words.never}</span>;
  const moment = new Date(at);
  return (
    <time
      dateTime={at}
      title={`${moment
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/u, '')} UTC`}
    >
      {LOCAL.format(moment)}
    </time>
  );
}

const STEPS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** `3 h 20 min`, in at most two units. */
export function spanOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = STEPS.findIndex(([size]) => whole >= size);
  if (first < 0) return `${whole} s`;
  const [size, unit] = STEPS[first] ?? [60, 'min'];
  const [nextSize, nextUnit] = STEPS[first + 1] ?? [1, 's'];
  const rest = Math.floor((whole % size) / nextSize);
  return rest === 0
    ? `${Math.floor(whole / size)} ${unit}`
    : `${Math.floor(whole / size)} ${unit} ${rest} ${nextUnit}`;
}
