import { processTerminal } from '@sap2/terminal';
import { runHandset } from './cli/program.js';

process.exitCode = await runHandset(process.argv.slice(2), processTerminal);
