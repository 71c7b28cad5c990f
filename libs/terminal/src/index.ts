export { type InteractiveTerminal, processTerminal, type Terminal } from './terminal.js';
export { UsageError } from './usage-error.js';
