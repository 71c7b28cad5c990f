export * from './ports/agreements.port.js';
export * from './ports/peer-transport.port.js';
export * from './ports/setups.port.js';
export * from './ports/ssp-sessions.port.js';
export * from './ports/transaction-ledger.port.js';
