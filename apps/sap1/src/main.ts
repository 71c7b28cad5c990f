import { runSap1 } from './cli/program.js';
import { processTerminal } from './cli/terminal.js';

process.exitCode = await runSap1(process.argv.slice(2), processTerminal);
