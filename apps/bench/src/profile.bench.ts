import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say } from './figures.js';
import { CASES, planOf } from './load/cases.js';
import { generateLoad } from './load/processes.js';
import { startLoadWorld } from './load/world.js';
import { type CpuProfile, selfTimes } from './profile/self-times.js';

const HELP = [
  'npm run bench -- profile [options]. It shows where the service spends its time under load.',
  '',
  `  --case NAME      one of ${CASES.map(({ name }) => name).join(', ')} (keep-alive-32)`,
  '  --seconds N      of load (10)',
  '  --top N          functions in the table (20)',
  '  --beside FOLDER  the build in this folder instead of this one',
  '',
  'The profile stays in a file. Open it in the developer tools of a browser for the flame graph.',
  '',
].join('\n');

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'keep-alive-32' },
    seconds: { type: 'string', default: '10' },
    top: { type: 'string', default: '20' },
    beside: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function profile(): Promise<void> {
  const chosen = CASES.find(({ name }) => name === values.case);
  if (chosen === undefined) throw new Error(`There is no case '${values.case}'. --help lists them.`);
  const folder = mkdtempSync(join(tmpdir(), 'sap2-profile-'));
  const { world, common } = await startLoadWorld({
    measureMs: Number(values.seconds) * 1_000,
    sessions: 1_000,
    nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`],
    ...(values.beside !== undefined && { build: values.beside }),
  });
  try {
    const run = await generateLoad(planOf(chosen, common), world.pids);
    say(`${chosen.name}: ${run.perSecond.toFixed(0)} ${chosen.unit} a second, profiled`);
  } finally {
    await world.stop();
  }
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    say(selfTimes(JSON.parse(readFileSync(path, 'utf8')) as CpuProfile, Number(values.top)));
    say(`The whole profile: ${path}`);
  }
}

if (values.help) say(HELP);
else await profile();
