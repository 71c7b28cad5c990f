import { parseArgs } from 'node:util';
import { FrontError } from '../../handset/src/index.js';
import { SspError } from '../../sap1/src/index.js';
import { DemoFailure } from './demo-failure.js';
import { playDemo } from './play-demo.js';

const FAILED = 1;
const WRONG_USAGE = 2;
/** What a shell says of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

const HELP = `Plays the main flow: a phone, SAP 1 and SAP 2, from login to logout. It takes less than half a minute.

  npm run demo               one line for each message
  npm run demo -- --xml      every message whole, too`;

class Interrupted extends Error {}

async function main(): Promise<number> {
  const options = {
    xml: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  let values: { readonly xml: boolean; readonly help: boolean };
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return WRONG_USAGE;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () =>
      interruption.abort(new Interrupted('Interrupted; everything that was started is stopped.')),
    );
  }
  return play(values.xml, interruption.signal);
}

async function play(xml: boolean, signal: AbortSignal): Promise<number> {
  const colour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  try {
    await playDemo({ write: (line) => console.log(line), colour, xml, signal });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error(`\n${error.message}`);
      return INTERRUPTED;
    }
    const isExplained = [DemoFailure, FrontError, SspError].some((kind) => error instanceof kind);
    console.error('\nThe demo has failed:', isExplained ? (error as Error).message : error);
    return FAILED;
  }
}

// Steps that an interruption has left behind may still wait for something; the process does not.
process.exit(await main());
