import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.js';
import { reportTable } from './report-table.js';
import { type FaultReport, runFault } from './run-fault.js';
import { Stores } from './world/stores.js';

const HELP = `Starts several processes of the built service with its own PostgreSQL and Redis. Simulated SAP 1s use it.
Then the suite breaks something, and checks V1–V8 on the recorded history (docs/reliability.md).

  npm run test:faults                       every fault
  npm run test:faults -- --ci               the short part
  npm run test:faults -- --only F3,F12      some faults
  npm run test:faults -- --seed 42          the users of an earlier run`;

const LARGEST_SEED = 2 ** 31;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ci: { type: 'boolean', default: false },
      only: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const only = values.only?.split(',');
  const chosen = FAULTS.filter(({ id, inCi }) =>
    only === undefined ? !values.ci || inCi : only.includes(id),
  );
  const seed = values.seed === undefined ? randomInt(LARGEST_SEED) : Number(values.seed);
  console.log(`Fault suite: ${chosen.map(({ id }) => id).join(' ')}, --seed ${seed}`);
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => end.abort(new Error(`Ended by ${signal}.`)));
  }
  const stores = await Stores.start();
  const reports: FaultReport[] = [];
  try {
    for (const fault of chosen) {
      const report = await runFault(fault, stores, values.ci ? 'ci' : 'full', seed, end.signal);
      reports.push(report);
      console.log(
        `${fault.id} ${report.breaches.length === 0 ? 'holds' : 'FAILS'} (${Math.round(report.tookMs / 1000)} s)`,
      );
    }
  } finally {
    await stores.stop();
  }
  console.log(`\n${reportTable(reports)}`);
  return reports.some(({ breaches }) => breaches.length > 0) ? 1 : 0;
}

process.exit(await main());
