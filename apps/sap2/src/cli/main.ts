#!/usr/bin/env node
import 'reflect-metadata';
import { processTerminal } from '@sap2/terminal';
import { endedEarly } from './ended-early.js';
import { runSap2 } from './program.js';

process.exitCode = await runSap2(process.argv.slice(2), processTerminal, process.env, endedEarly());
