import { parseArgs } from 'node:util';
import { say } from './figures.js';
import { planOf } from './load/cases.js';
import { generateLoad, type Measured } from './load/processes.js';
import { medianRun } from './load/report.js';
import { type LoadWorld, startLoadWorld } from './load/world.js';

/** Keep-alives come at a fixed rate, so their times count from when they were to begin. */
const KEEP_ALIVES = {
  name: 'keep-alives',
  scenario: 'keep-alive',
  connections: 16,
  ratePerS: 300,
  unit: 'keep-alives',
  baselines: [],
} as const;
const STORM = {
  name: 'storm',
  scenario: 'two-way',
  connections: 64,
  unit: 'logins and logouts',
  baselines: [],
} as const;
/** The storm begins earlier and ends later than what is measured beside it. */
const MARGIN_MS = 4_000;

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    beside: { type: 'string' },
  },
});
const measureMs = Number(values.seconds) * 1_000;

interface Turn {
  readonly alone: Measured<string>;
  readonly beside: Measured<string>;
  readonly storm: Measured<string>;
}

async function turnIn({ common, world }: LoadWorld): Promise<Turn> {
  const alone = await generateLoad(planOf(KEEP_ALIVES, common), world.pids);
  const long = { ...common, measureMs: measureMs + common.warmUpMs + MARGIN_MS };
  const storming = generateLoad(planOf(STORM, long), world.pids);
  const beside = await generateLoad(planOf(KEEP_ALIVES, common), world.pids);
  return { alone, beside, storm: await storming };
}

const of = (turns: readonly Turn[], which: keyof Turn): Measured<string> =>
  medianRun(turns.map((turn) => turn[which]));

function tell(name: string, turns: readonly Turn[]): void {
  const ratios = turns.map(({ alone, beside }) => (beside.p99Ms / alone.p99Ms).toFixed(1));
  const [alone, beside, storm] = [of(turns, 'alone'), of(turns, 'beside'), of(turns, 'storm')];
  const times = ({ p50Ms, p99Ms }: Measured<string>): string =>
    `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  say(`\n${name}: keep-alives alone ${times(alone)}; beside the storm ${times(beside)}`);
  say(`  p99 beside ÷ alone, each turn: ${ratios.join(', ')}`);
  say(
    `  storm: ${storm.perSecond.toFixed(0)} logins a second, p99 ${storm.p99Ms.toFixed(0)} ms, errors ${JSON.stringify(storm.errors)}`,
  );
}

/** `npm run bench -- password-storm [--beside FOLDER]`: keep-alives at a fixed rate while others log in with passwords. */
async function benchPasswordStorm(): Promise<void> {
  const start = { measureMs, sessions: 1_000 };
  const worlds = new Map([['service', await startLoadWorld(start)]]);
  if (values.beside !== undefined)
    worlds.set('beside', await startLoadWorld({ ...start, build: values.beside }));
  const turns = new Map<string, Turn[]>();
  try {
    for (let turn = 0; turn < Number(values.repeats); turn += 1) {
      for (const [name, world] of worlds) turns.set(name, [...(turns.get(name) ?? []), await turnIn(world)]);
    }
    for (const [name, measured] of turns) tell(name, measured);
  } finally {
    for (const { world } of worlds.values()) await world.stop();
  }
}

await benchPasswordStorm();
