import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { say } from './figures.js';
import { type Baseline, CASES, type Common, type LoadCase, planOf } from './load/cases.js';
import { chartOf } from './load/chart.js';
import { type Echo, generateLoad, type Measured, startEcho } from './load/processes.js';
import { medianRun, tableOf } from './load/report.js';
import { type LoadWorld, startLoadWorld } from './load/world.js';

const HELP = [
  'npm run bench -- load [options]. It measures how much a service does in a second, and baselines in the same run.',
  '',
  `  --only a,b       some cases: ${CASES.map(({ name }) => name).join(', ')}`,
  '  --short          a minute: two cases, once',
  '  --repeats N      how often each case is measured; the table has medians (3)',
  '  --seconds N      of each measurement, after 2 s of warming up (5)',
  '  --sessions N     live sessions (1000)',
  '  --beside FOLDER  another build, measured in turns with this one',
  '  --json FILE      all runs, as JSON',
  '  --chart FILE     the medians as bars, in SVG',
  '',
].join('\n');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    repeats: { type: 'string' },
    seconds: { type: 'string' },
    sessions: { type: 'string', default: '1000' },
    beside: { type: 'string' },
    json: { type: 'string' },
    chart: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const repeats = Number(values.repeats ?? (values.short ? 1 : 3));
const measureMs = Number(values.seconds ?? (values.short ? 3 : 5)) * 1_000;

/** One measured thing of the table: a build of the service, or a baseline. */
interface Subject {
  readonly name: string;
  measure(one: LoadCase): Promise<Measured<string>>;
}

const subjectOf = (name: string, { world, common }: LoadWorld): Subject => ({
  name,
  measure: (one) => generateLoad(planOf(one, common), world.pids),
});

const echoSubject = (name: Baseline, common: Common, { url, pid }: Echo): Subject => ({
  name,
  measure: (one) => generateLoad(planOf(one, { ...common, url }, 'echo'), { service: pid }),
});

/** The work of a part of the service, done by the generator itself. */
const partSubject = (
  name: 'lua' | 'sql' | 'hash',
  { world: { pids }, common }: LoadWorld,
  connections?: number,
): Subject => ({
  name,
  measure: (one) =>
    generateLoad(planOf({ ...one, ...(connections !== undefined && { connections }) }, common, name), {
      redis: pids.redis,
      postgres: pids.postgres,
    }),
});

/** The service computes as many at once, by default. */
const HASHES_AT_ONCE = Math.min(Math.max(cpus().length - 1, 1), 3);

const isWanted = ({ name, isShort }: LoadCase): boolean =>
  values.only?.split(',').includes(name) ?? (!values.short || isShort === true);

/** The runs of each subject, taken in turns, so that what else the machine does meets all of them. */
async function inTurns(
  one: LoadCase,
  subjects: readonly Subject[],
): Promise<Map<string, Measured<string>[]>> {
  const runs = new Map<string, Measured<string>[]>(subjects.map(({ name }) => [name, []]));
  for (let turn = 0; turn < repeats; turn += 1) {
    for (const subject of subjects) runs.get(subject.name)?.push(await subject.measure(one));
  }
  return runs;
}

async function benchLoad(): Promise<void> {
  const start = { measureMs, sessions: Number(values.sessions) };
  const own = await startLoadWorld(start);
  const worlds = [own];
  if (values.beside !== undefined) worlds.push(await startLoadWorld({ ...start, build: values.beside }));
  const echoes = { fastify: await startEcho('fastify-echo'), nest: await startEcho('nest-echo') };
  const services = worlds.map((one, i) => subjectOf(i === 0 ? 'service' : 'beside', one));
  const baselines: Readonly<Record<Baseline, Subject>> = {
    'fastify-echo': echoSubject('fastify-echo', own.common, echoes.fastify),
    'nest-echo': echoSubject('nest-echo', own.common, echoes.nest),
    lua: partSubject('lua', own),
    sql: partSubject('sql', own),
    hash: partSubject('hash', own, HASHES_AT_ONCE),
  };
  say(`${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node ${process.version}`);
  const all: Record<string, Record<string, readonly Measured<string>[]>> = {};
  const medians = new Map<string, ReadonlyMap<string, Measured<string>>>();
  try {
    for (const one of CASES.filter(isWanted)) {
      const runs = await inTurns(one, [...services, ...one.baselines.map((name) => baselines[name])]);
      all[one.name] = Object.fromEntries(runs);
      const median = new Map([...runs].map(([name, measured]) => [name, medianRun(measured)]));
      medians.set(`${one.name}: ${one.unit}`, median);
      say(tableOf(one, median));
    }
    if (values.chart !== undefined) writeFileSync(values.chart, chartOf(medians));
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
  } finally {
    for (const { world } of worlds) await world.stop();
    for (const echo of Object.values(echoes)) await echo.stop();
  }
}

if (values.help) say(HELP);
else await benchLoad();
