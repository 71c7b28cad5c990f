import type { Measured } from './processes.js';

const BAR_HEIGHT = 18;
const GAP = 6;
const NAMES_WIDTH = 230;
const BARS_WIDTH = 420;
const VALUES_WIDTH = 90;
const HEAD_HEIGHT = 26;

type Runs = ReadonlyMap<string, Measured<string>>;

/** Bars of operations a second, one group for each case: the service first, its baselines below. As SVG. */
export function chartOf(cases: ReadonlyMap<string, Runs>): string {
  let y = 0;
  const groups = [...cases].map(([name, runs]) => {
    const top = y;
    y += HEAD_HEIGHT + runs.size * (BAR_HEIGHT + GAP) + GAP;
    return groupOf(name, runs, top);
  });
  const width = NAMES_WIDTH + BARS_WIDTH + VALUES_WIDTH;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${y}" fill="#ffffff"/>`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

function groupOf(name: string, runs: Runs, top: number): string {
  const most = Math.max(...[...runs.values()].map(({ perSecond }) => perSecond));
  const bars = [...runs].map(([subject, { perSecond }], row) => {
    const y = top + HEAD_HEIGHT + row * (BAR_HEIGHT + GAP);
    const length = Math.max(1, (BARS_WIDTH * perSecond) / most);
    const colour = row === 0 ? '#2c6fbb' : '#b9c4d0';
    const text = y + BAR_HEIGHT - 5;
    return [
      `<text x="${NAMES_WIDTH - 8}" y="${text}" text-anchor="end">${subject}</text>`,
      `<rect x="${NAMES_WIDTH}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" fill="${colour}"/>`,
      `<text x="${(NAMES_WIDTH + length + 6).toFixed(1)}" y="${text}">${perSecond.toFixed(0)}</text>`,
    ].join('\n');
  });
  return [`<text x="8" y="${top + 17}" font-weight="bold">${name}, a second</text>`, ...bars].join('\n');
}
