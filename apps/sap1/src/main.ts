import { runSap1 } from './cli/program.js';
import { processTerminal } from '@sap2/terminal';

process.exitCode = await runSap1(process.argv.slice(2), processTerminal);
